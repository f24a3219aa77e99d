package io.rapidbyte.ingest.batch;

import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The records between which a generation's snapshot lies, without rows, to every partition. Those
 * that begin a generation above the first prove to a destination without a place of its own that it
 * misses nothing of the generation.
 */
public final class GenerationMarks {
  private GenerationMarks() {}

  /**
   * The records that begin a generation of one stream; sent in the Kafka transaction that makes the
   * generation durable, before any other record of it.
   *
   * @param recordBytes the most that a record's value may have
   */
  public static List<OutRecord> begin(
      StreamPlan plan, int generation, Lsn at, int recordBytes, BufferAllocator allocator) {
    return records(plan, generation, at, recordBytes, allocator, RecordKind.SCHEMA);
  }

  /**
   * The records that end the first generation of a stream whose existing rows are not wanted: there
   * is nothing to wait for.
   *
   * @param recordBytes the most that a record's value may have
   */
  public static List<OutRecord> end(
      StreamPlan plan, Lsn at, int recordBytes, BufferAllocator allocator) {
    return records(plan, 1, at, recordBytes, allocator, RecordKind.SNAPSHOT_END);
  }

  private static List<OutRecord> records(
      StreamPlan plan,
      int generation,
      Lsn at,
      int recordBytes,
      BufferAllocator allocator,
      RecordKind kind) {
    StreamSchema schema = plan.schema();
    Position position = new Position(at, 0);
    RecordHeaders headers =
        new RecordHeaders(
            kind,
            position,
            position,
            0,
            schema.version(),
            generation,
            kind == RecordKind.SCHEMA ? RecordHeaders.BEGIN : null,
            null,
            null,
            null);
    List<OutRecord> records = new ArrayList<>();
    try (BatchBuilder empty = new BatchBuilder(schema, allocator)) {
      byte[] value = empty.take();
      for (int partition = 0; partition < plan.partitions(); partition++) {
        new RecordDraft(schema.stream(), plan.topic(), partition, headers, value)
            .seal(recordBytes, records);
      }
    }
    return records;
  }
}
