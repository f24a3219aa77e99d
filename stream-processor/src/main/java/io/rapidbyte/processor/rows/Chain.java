package io.rapidbyte.processor.rows;

import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A stream's transforms, in their order, for rows of one shape. For one thread.
 *
 * <p>An output row keeps its input's position; where one row becomes several, {@code _rb_sub}
 * numbers them. A dropped row becomes a delete of its key, unless its transform drops changes
 * alone. A delete passes. What goes to a route of its own leaves the chain there, and owes nothing.
 */
public final class Chain implements AutoCloseable {
  private final List<Step> steps = new ArrayList<>();
  private final Shape input;
  private final Shape output;
  private final BufferAllocator allocator;

  /**
   * Binds transforms one behind the other.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException of category config or schema where one of
   *     them cannot work on what comes before it
   */
  public Chain(Shape input, List<Transform> transforms, BufferAllocator allocator) {
    this.input = input;
    this.allocator = allocator;
    Shape shape = input;
    try {
      for (Transform transform : transforms) {
        Step step = new Step(transform, shape, allocator);
        steps.add(step);
        shape = step.output();
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    this.output = shape;
  }

  /** The data columns and the key behind the last transform. */
  public Shape output() {
    return output;
  }

  /**
   * What came of a batch.
   *
   * @param batches the main route's first, perhaps without rows; the caller closes them
   * @param refused rows of the source's batch that are in none, and why
   */
  public record Outcome(List<Batch> batches, SortedMap<Integer, ErrorInfo> refused)
      implements AutoCloseable {
    @Override
    public void close() {
      batches.forEach(batch -> batch.root().close());
    }
  }

  /**
   * A batch to be delivered.
   *
   * @param route as in {@link Transform.Emission}
   */
  public record Batch(String route, VectorSchemaRoot root) {}

  /**
   * Works on a batch, which stays the caller's.
   *
   * @param version of the schema behind the transforms
   * @param repair whether a snapshot's row that is dropped owes a delete: where no end of a
   *     snapshot follows that would remove what is not in it
   */
  public Outcome run(BatchView batch, int version, boolean repair, StaleKeys stale) {
    return run(batch, version, repair, stale, Patience.ENDLESS);
  }

  /** The same, with rows that fail looked for as long as {@code patience} has no end. */
  public Outcome run(
      BatchView batch, int version, boolean repair, StaleKeys stale, Patience patience) {
    try (Tally tally = new Tally(repair, patience)) {
      Rows rows = Rows.of(batch, allocator);
      for (Step step : steps) {
        rows = step.run(rows, tally);
      }
      try (Rows done = rows;
          Rows old = old(batch, tally, patience)) {
        new StaleBases(stale).judge(batch, tally);
        return outcome(new Assembly(batch, old, version, splits(), allocator), done, tally);
      }
    }
  }

  private boolean splits() {
    return steps.stream().anyMatch(Step::splits);
  }

  private Outcome outcome(Assembly assembly, Rows done, Tally tally) {
    List<Batch> made = new ArrayList<>();
    try {
      made.add(new Batch(Transform.Emission.MAIN, assembly.root(output, done, tally)));
      for (Tally.Routed each : tally.routed()) {
        made.add(new Batch(each.route(), assembly.root(each.shape(), each.rows(), tally)));
      }
      return new Outcome(made, tally.refused());
    } catch (RuntimeException | Error e) {
      made.forEach(batch -> batch.root().close());
      throw e;
    }
  }

  /** The old rows. Where one fails, its key alone counts: what else it had is gone anyway. */
  private Rows old(BatchView batch, Tally tally, Patience patience) {
    Rows all = Rows.before(batch, allocator);
    Tally whole = new Tally(true, patience);
    Rows done = throughOld(all, whole);
    if (whole.refused().isEmpty()) {
      return done;
    }
    Tally keys = new Tally(true, patience);
    Rows again;
    try (Rows before = Rows.before(batch, allocator)) {
      int[] failed =
          IntStream.range(0, before.count())
              .filter(row -> whole.refused().containsKey(before.origin(row)))
              .toArray();
      BitSet deletes = new BitSet();
      deletes.set(0, failed.length);
      again = throughOld(before.select(failed, deletes, input.ofKey(), allocator), keys);
    }
    keys.refused().forEach(tally::refuse);
    return Rows.merge(done, again, allocator);
  }

  private Rows throughOld(Rows all, Tally tally) {
    Rows rows = all;
    try (tally) {
      for (Step step : steps) {
        rows = step.runOld(rows, tally);
      }
      return rows;
    }
  }

  @Override
  public void close() {
    steps.forEach(Step::close);
  }
}
