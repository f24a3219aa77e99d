package io.rapidbyte.sink.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.contract.TestBatch;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;

/** A stream's deliveries without Kafka: groups are planned as the host plans them. */
public final class DeliveryFixture implements AutoCloseable {
  private final StreamWriter writer;
  private final PartitionId partition;
  private final Delivery delivery;
  private final BufferAllocator allocator;
  private final long fence;
  private GroupPlan.Before before;
  private long offset;

  public DeliveryFixture(
      Destination destination, StreamSchema stream, OnDataError policy, BufferAllocator allocator) {
    this.writer = destination.writer(new StreamTarget(stream.table(), WriteMode.UPSERT, 1));
    this.partition = new PartitionId("topic." + stream.stream(), 0, "cluster", "id");
    this.delivery = new Delivery(new LetterDocument(stream.stream(), "w"), policy);
    this.allocator = allocator;
    this.fence = writer.claim(partition).fence();
    this.before = new GroupPlan.Before(stream.stream(), true, Set.of(), Map.of(), 0);
  }

  /** Applies batches as records of one group; what was refused. */
  public int apply(List<TestBatch> batches) {
    List<Unit> units = new ArrayList<>();
    try {
      batches.forEach(batch -> units.add(unit(batch)));
      offset += batches.size();
      var work = new Delivery.Work(partition, fence, offset, 1, units, before);
      Delivery.Outcome outcome = delivery.deliver(writer, work);
      assertThat(outcome.applied()).isEqualTo(new Applied.Committed());
      before = outcome.after();
      return outcome.refusals().size();
    } finally {
      units.forEach(Unit::close);
    }
  }

  private Unit unit(TestBatch batch) {
    Position at = new Position(new Lsn(batch.lsn()), 0);
    RecordHeaders headers =
        new RecordHeaders(
            RecordKind.CHANGE, at, at, batch.rowCount(), 1, 1, null, null, null, null);
    return new Unit.Rows(offset, headers, batch.build(allocator));
  }

  @Override
  public void close() {
    writer.close();
  }
}
