package io.rapidbyte.ingest.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.dead.DeadLetterDocument;
import io.rapidbyte.schemas.dead.DeadLetterId;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.topic.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Refused rows by the pipeline's policy: into the DLQ topic, left out and counted, or the end. */
public final class DeadLetters implements Rejects {
  /** The stage in a letter's id. */
  public static final String STAGE = "ingest";

  private final TopicNames topics;
  private final OnDataError policy;
  private final BufferAllocator allocator;
  private final IngestObserver observer;
  private final Consumer<OutRecord> out;

  /** {@code out} gets the letters, to be in the Kafka transaction of the rows beside them. */
  public DeadLetters(
      TopicNames topics,
      OnDataError policy,
      BufferAllocator allocator,
      IngestObserver observer,
      Consumer<OutRecord> out) {
    this.topics = topics;
    this.policy = policy;
    this.allocator = allocator;
    this.observer = observer;
    this.out = out;
  }

  @Override
  public void reject(
      StreamSchema schema, int generation, Op op, Position position, Tuple row, ErrorInfo error) {
    reject(schema, new Place(generation, null, position), op, row, error);
  }

  /** Takes a refused row of a snapshot's range; otherwise as the log's. */
  public void reject(
      StreamSchema schema,
      int generation,
      String range,
      Position position,
      Tuple row,
      ErrorInfo error) {
    reject(schema, new Place(generation, range, position), Op.SNAPSHOT, row, error);
  }

  private record Place(int generation, @Nullable String range, Position position) {}

  private void reject(StreamSchema schema, Place place, Op op, Tuple row, ErrorInfo error) {
    switch (policy) {
      case FAIL -> throw new RapidbyteException(error.with("position", place.position.toString()));
      case SKIP -> observer.rejected(schema.stream(), error, false);
      case DLQ -> {
        DeadLetterId id =
            new DeadLetterId(
                schema.stream(), STAGE, null, place.generation, place.range, place.position, 0);
        out.accept(letter(schema, id, op, row, error));
        observer.rejected(schema.stream(), error, true);
      }
    }
  }

  private OutRecord letter(
      StreamSchema schema, DeadLetterId id, Op op, Tuple row, ErrorInfo error) {
    ObjectNode values = ReadableRow.of(schema, row, allocator);
    ObjectNode key = JsonNodeFactory.instance.objectNode();
    schema.key().forEach(name -> key.set(name, values.get(name)));
    DeadLetterDocument document = new DeadLetterDocument(id, op, error, values, null);
    List<Header> headers = new ArrayList<>();
    document.headers((name, value) -> headers.add(new RecordHeader(name, value)));
    return new OutRecord(
        "",
        topics.deadLetters(schema.table()),
        0,
        key.toString().getBytes(UTF_8),
        document.toJson(),
        headers,
        0);
  }
}
