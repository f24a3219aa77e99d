package io.rapidbyte.sink.contract;

import io.rapidbyte.schemas.batch.BatchLayout;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Step;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.sink.destination.TableShape;
import io.rapidbyte.sink.destination.Undelivered;
import io.rapidbyte.testkit.batch.TestBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One claimed partition of a writer, and short words for what a test does with it. */
public final class Harness {
  /** A step that is not built yet. */
  public sealed interface Planned {
    record Rows(int generation, List<TestBatch> batches) implements Planned {}

    record Done(Step step) implements Planned {}
  }

  private final StreamWriter writer;
  private final BufferAllocator allocator;
  private PartitionId partition;
  private Claim claim;
  private long offset;

  /** Claims {@code partition}. */
  public Harness(StreamWriter writer, PartitionId partition, BufferAllocator allocator) {
    this.writer = writer;
    this.partition = partition;
    this.allocator = allocator;
    this.claim = writer.claim(partition);
    this.offset = claim.nextOffset();
  }

  public StreamWriter writer() {
    return writer;
  }

  public PartitionId partition() {
    return partition;
  }

  public Claim claim() {
    return claim;
  }

  /** Claims again and goes on from there. */
  public Claim claimAgain() {
    claim = writer.claim(partition);
    offset = claim.nextOffset();
    return claim;
  }

  public long offset() {
    return offset;
  }

  public static Planned rows(TestBatch... batches) {
    return new Planned.Rows(1, List.of(batches));
  }

  public static Planned rows(int generation, TestBatch... batches) {
    return new Planned.Rows(generation, List.of(batches));
  }

  public static Planned schema(StreamSchema stream) {
    return new Planned.Done(new Step.SchemaChange(shape(stream)));
  }

  public static Planned truncate(StreamSchema stream, long lsn) {
    return new Planned.Done(new Step.Truncate(shape(stream), new Position(new Lsn(lsn), 0)));
  }

  public static Planned snapshotEnd(StreamSchema stream, int generation) {
    return new Planned.Done(new Step.SnapshotEnd(shape(stream), generation));
  }

  public static TableShape shape(StreamSchema stream) {
    return TableShape.of(BatchLayout.of(stream));
  }

  /** Applies steps as one group, one offset further. */
  public Applied apply(Planned... steps) {
    return apply(Undelivered.NONE, steps);
  }

  /** The same with what was not delivered. */
  public Applied apply(Undelivered undelivered, Planned... steps) {
    Applied applied = with(offset + 1, undelivered, steps, writer::apply);
    if (applied instanceof Applied.Committed) {
      offset++;
    }
    return applied;
  }

  /** Moves the offset alone. */
  public Applied moveTo(long nextOffset) {
    Applied applied = with(nextOffset, Undelivered.NONE, new Planned[0], writer::apply);
    if (applied instanceof Applied.Committed) {
      offset = nextOffset;
    }
    return applied;
  }

  public Applied rehearse(Planned... steps) {
    return with(offset + 1, Undelivered.NONE, steps, writer::rehearse);
  }

  private interface Application {
    Applied to(Group group);
  }

  private Applied with(
      long nextOffset, Undelivered undelivered, Planned[] planned, Application application) {
    List<VectorSchemaRoot> roots = new ArrayList<>();
    try {
      List<Step> steps =
          Arrays.stream(planned)
              .map(
                  plan ->
                      switch (plan) {
                        case Planned.Done(Step step) -> step;
                        case Planned.Rows(int generation, List<TestBatch> batches) ->
                            new Step.Rows(
                                batches.stream()
                                    .map(b -> b.build(allocator))
                                    .peek(roots::add)
                                    .map(
                                        root ->
                                            new Batch(
                                                root, generation, offset + roots.size() - 1, 0))
                                    .toList());
                      })
              .toList();
      int generation = Math.max(claim.generations().held(), generation(planned));
      return application.to(
          new Group(partition, claim.fence(), nextOffset, 1, generation, steps, undelivered));
    } finally {
      roots.forEach(VectorSchemaRoot::close);
    }
  }

  private static int generation(Planned[] planned) {
    int newest = 0;
    for (Planned plan : planned) {
      newest =
          switch (plan) {
            case Planned.Rows rows -> Math.max(newest, rows.generation());
            case Planned.Done(Step.SnapshotEnd end) -> Math.max(newest, end.generation());
            case Planned.Done done -> newest;
          };
    }
    return newest;
  }
}
