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
 * The records that begin a generation above the first: the schema, without rows, to every
 * partition. They prove to a destination without a place of its own that it misses nothing of the
 * generation.
 */
public final class GenerationStart {
  private GenerationStart() {}

  /**
   * The records for one stream; sent in the Kafka transaction that makes the generation durable,
   * before any other record of it.
   *
   * @param recordBytes the most that a record's value may have
   */
  public static List<OutRecord> records(
      StreamPlan plan, int generation, Lsn at, int recordBytes, BufferAllocator allocator) {
    StreamSchema schema = plan.schema();
    Position position = new Position(at, 0);
    RecordHeaders headers =
        new RecordHeaders(
            RecordKind.SCHEMA,
            position,
            position,
            0,
            schema.version(),
            generation,
            RecordHeaders.BEGIN,
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
