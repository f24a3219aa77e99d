package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records into {@link Unit}s: parts joined, records for other destinations left out, bytes that are
 * none of ours kept as garbage.
 *
 * @param maxBytes the most that a value may have, its parts together
 */
record Decoder(String destination, long maxBytes, BufferAllocator allocator) {
  private static final Logger LOG = LoggerFactory.getLogger(Decoder.class);

  /**
   * Units in log order, which the caller closes; nothing stays allocated where it throws.
   *
   * @param records empty afterwards: a record is given up as soon as it is decoded
   * @param generation records of older ones are left out
   */
  List<Unit> decode(Deque<ConsumerRecord<byte[], byte[]>> records, int generation) {
    List<Unit> units = new ArrayList<>();
    List<ConsumerRecord<byte[], byte[]>> parts = new ArrayList<>();
    try {
      while (!records.isEmpty()) {
        ConsumerRecord<byte[], byte[]> each = records.remove();
        parts.add(each);
        if (Parts.endsValue(each)) {
          decodeValue(parts, generation, units);
          parts.clear();
        }
      }
      return units;
    } catch (RuntimeException e) {
      units.forEach(Unit::close);
      throw e;
    }
  }

  private void decodeValue(
      List<ConsumerRecord<byte[], byte[]>> parts, int generation, List<Unit> units) {
    ConsumerRecord<byte[], byte[]> last = parts.getLast();
    RecordHeaders headers;
    try {
      headers = RecordHeaders.parse(name -> header(last, name));
    } catch (IllegalArgumentException e) {
      units.add(new Unit.Garbage(last.offset(), Parts.join(parts), RecordHeaders.notOurs(e)));
      return;
    }
    boolean others = headers.destination() != null && !headers.destination().equals(destination);
    if (others || headers.generation() < generation) {
      return;
    }
    if (headers.kind() == RecordKind.REPLAY) {
      throw new RapidbyteException(
          ErrorInfo.permanent(
              Category.CONFIG,
              Scope.STREAM,
              "sink/replay-unsupported",
              "offset " + last.offset() + " of " + last.topic() + " is a replayed dead letter",
              "use a version of rapidbyte that applies replays"));
    }
    byte[] value = Parts.join(parts);
    try {
      units.add(unit(last.offset(), headers, read(value)));
    } catch (RapidbyteException e) {
      if (e.error().retryable()) {
        throw e;
      }
      units.add(new Unit.Garbage(last.offset(), value, e.error()));
    }
  }

  /** A batch that has what every batch has. */
  private VectorSchemaRoot read(byte[] value) {
    VectorSchemaRoot root = ArrowIpc.read(value, allocator, maxBytes);
    try {
      int rows = new BatchView(root).rows();
      LOG.trace("{} rows", rows);
      return root;
    } catch (RuntimeException e) {
      root.close();
      throw e;
    }
  }

  private static Unit unit(long offset, RecordHeaders headers, VectorSchemaRoot root) {
    return switch (headers.kind()) {
      case CHANGE, SNAPSHOT, REPLAY -> new Unit.Rows(offset, headers, root);
      case SCHEMA, TRUNCATE, SNAPSHOT_END -> new Unit.Mark(offset, headers, root);
    };
  }

  private static byte @Nullable [] header(ConsumerRecord<byte[], byte[]> each, String name) {
    Header header = each.headers().lastHeader(name);
    return header == null ? null : header.value();
  }
}
