package io.rapidbyte.sink.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.testkit.batch.TestBatch;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;

/** A stream's deliveries without Kafka: groups are planned as the host plans them. */
public final class DeliveryFixture implements AutoCloseable {
  private final StreamWriter writer;
  private final PartitionId partition;
  private final StreamSchema stream;
  private final OnDataError policy;
  private final BufferAllocator allocator;
  private final int firstToCopy;
  private Ledger.Hold hold;
  private long offset;

  /** A stream whose first generation brings no snapshot. */
  public DeliveryFixture(
      Destination destination, StreamSchema stream, OnDataError policy, BufferAllocator allocator) {
    this(destination, stream, policy, allocator, 2);
  }

  /** A stream with a snapshot from a generation on. */
  public DeliveryFixture(
      Destination destination,
      StreamSchema stream,
      OnDataError policy,
      BufferAllocator allocator,
      int firstToCopy) {
    this.writer = destination.writer(new StreamTarget(stream.table(), WriteMode.UPSERT, 1));
    this.partition = new PartitionId("topic." + stream.stream(), 0, "cluster", "id");
    this.stream = stream;
    this.policy = policy;
    this.allocator = allocator;
    this.firstToCopy = firstToCopy;
    this.hold = claim();
  }

  /** As a process that was restarted. */
  private Ledger.Hold claim() {
    Claim claim = writer.claim(partition);
    offset = claim.nextOffset();
    int ended = Math.max(claim.generations().ended(), firstToCopy - 1);
    var before = new GroupPlan.Before(stream.stream(), true, claim.dead(), claim.held(), ended);
    return new Ledger.Hold(
        partition, claim.fence(), claim.schemaVersion(), claim.generations().held(), before);
  }

  /** Applies batches as records of one group; what was refused. */
  public int apply(List<TestBatch> batches) {
    return deliver(
        IntStream.range(0, batches.size())
            .mapToObj(i -> unit(offset + i, RecordKind.CHANGE, 1, batches.get(i)))
            .toList());
  }

  /** Applies one record as a group; what was refused for good. */
  public int apply(RecordKind kind, int generation, TestBatch batch) {
    return deliver(List.of(unit(offset, kind, generation, batch)));
  }

  private int deliver(List<Unit> units) {
    try {
      for (Unit unit : units) {
        hold =
            switch (unit) {
              case Unit.Rows rows -> hold.with(rows.headers());
              case Unit.Mark mark -> hold.with(mark.headers());
              case Unit.Garbage garbage -> hold;
            };
      }
      offset += units.size();
      var delivery = new Delivery(new LetterDocument(stream.stream(), "w"), policy);
      Delivery.Outcome outcome = delivery.deliver(writer, new Delivery.Work(hold, offset, units));
      assertThat(outcome.applied()).isEqualTo(new Applied.Committed());
      hold = hold.with(outcome.after());
      return outcome.refusals().size();
    } finally {
      units.forEach(Unit::close);
    }
  }

  private Unit unit(long place, RecordKind kind, int generation, TestBatch batch) {
    Position at = new Position(new Lsn(batch.lsn()), 0);
    RecordHeaders headers =
        new RecordHeaders(kind, at, at, batch.rowCount(), 1, generation, null, null, null, null);
    return kind == RecordKind.CHANGE || kind == RecordKind.SNAPSHOT
        ? new Unit.Rows(place, headers, batch.build(allocator))
        : new Unit.Mark(place, headers, batch.build(allocator));
  }

  /** Keys of letters that are on their way to the dead letters. */
  public List<String> letters() {
    return writer.outbox(partition, 100).stream().map(DeadLetter::key).toList();
  }

  /** How many letters wait for the end of their snapshot, by the destination's own books. */
  public int waiting() {
    hold = claim();
    return hold.before().held().size();
  }

  @Override
  public void close() {
    writer.close();
  }
}
