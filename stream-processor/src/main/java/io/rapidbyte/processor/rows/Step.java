package io.rapidbyte.processor.rows;

import io.rapidbyte.processor.rows.Output.Relation;
import io.rapidbyte.processor.rows.Transform.Bound;
import io.rapidbyte.processor.rows.Transform.Result;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.TransformSpec.Drops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** One transform with the row rules around it. For one thread. */
final class Step implements AutoCloseable {
  private final String name;
  private final Bound bound;
  private final Shape output;
  private final Marks marks;
  private final BufferAllocator allocator;

  Step(Transform transform, Shape input, BufferAllocator allocator) {
    this.name = transform.name();
    this.bound = transform.bind(input, allocator);
    this.output = input.through(bound.outputs());
    this.marks = new Marks(name, input, bound);
    this.allocator = allocator;
  }

  Shape output() {
    return output;
  }

  boolean splits() {
    return bound.splits();
  }

  /** The rows behind the transform, in the order of their origins. Takes {@code in} over. */
  Rows run(Rows in, Tally tally) {
    try (in) {
      if (in.count() == 0) {
        return Rows.none(in.source(), bound.outputs(), allocator);
      }
      BitSet undecided = marks.undecided(in, tally);
      if (undecided.isEmpty()) {
        return attempt(in, tally);
      }
      undecided.flip(0, in.count());
      try (Rows decided = in.select(undecided.stream().toArray(), allocator)) {
        return attempt(decided, tally);
      }
    }
  }

  /** Old rows behind the transform. Takes {@code in} over. */
  Rows runOld(Rows in, Tally tally) {
    return bound.takesOldRows() ? run(in, tally) : copied(in);
  }

  /** Only what is a copy; the rest is NULL. */
  private Rows copied(Rows in) {
    try (in) {
      List<FieldVector> columns = new ArrayList<>();
      for (Output each : bound.outputs()) {
        if (each.relation() == Relation.COPY) {
          FieldVector column = in.columns().get(each.from().getFirst());
          columns.add(Rows.share(column, each.field(), allocator));
        } else {
          columns.add(Rows.nulls(each.field(), in.count(), allocator));
        }
      }
      return in.with(columns, marks.through(in));
    }
  }

  /** Halves rows that fail until those are alone that do. */
  private Rows attempt(Rows in, Tally tally) {
    try {
      return settled(made(in, tally));
    } catch (RapidbyteException e) {
      bound.settle(false);
      if (e.error().retryable() || e.error().scope() == Scope.STREAM) {
        throw e;
      }
      if (in.count() == 1) {
        tally.refuse(in.origin(0), e.error());
        return Rows.none(in.source(), bound.outputs(), allocator);
      }
      return tally.isPatient() ? halves(in, tally) : refused(in, e.error(), tally);
    }
  }

  private Rows made(Rows in, Tally tally) {
    return switch (bound.apply(in)) {
      case Result.Mapped mapped -> mapped(in, mapped, tally);
      case Result.Emitted emitted ->
          new EmittedRows(name, bound, output, marks, allocator).of(in, emitted, tally);
    };
  }

  private Rows settled(Rows made) {
    try {
      bound.settle(true);
      return made;
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  /** Which of them fail would take longer to find than a batch may take: all of them, then. */
  private Rows refused(Rows in, ErrorInfo error, Tally tally) {
    ErrorInfo shared = error.with("refused_together", in.count() + " rows");
    for (int row = 0; row < in.count(); row++) {
      tally.refuse(in.origin(row), shared);
    }
    return Rows.none(in.source(), bound.outputs(), allocator);
  }

  private Rows halves(Rows in, Tally tally) {
    int middle = in.count() / 2;
    Rows first;
    try (Rows half = in.select(IntStream.range(0, middle).toArray(), allocator)) {
      first = attempt(half, tally);
    }
    try (Rows half = in.select(IntStream.range(middle, in.count()).toArray(), allocator)) {
      return Rows.merge(first, attempt(half, tally), allocator);
    } catch (RuntimeException | Error e) {
      first.close();
      throw e;
    }
  }

  private Rows mapped(Rows in, Result.Mapped result, Tally tally) {
    result.rejected().forEach((row, error) -> tally.refuse(in.origin(row), error));
    Rows all = in.with(result.columns(), marks.through(in));
    Marks.clear(all);
    if (result.dropped().isEmpty() && result.rejected().isEmpty()) {
      return all;
    }
    int[] stay = new int[in.count()];
    BitSet deletes = new BitSet();
    int count = 0;
    for (int row = 0; row < in.count(); row++) {
      boolean dropped = result.dropped().get(row) && in.op(row) != Op.DELETE;
      if (result.rejected().containsKey(row)
          || (dropped && !owesDelete(bound.drops(), in.op(row), tally))) {
        continue;
      }
      deletes.set(count, dropped);
      stay[count++] = row;
    }
    try (all) {
      return all.select(Arrays.copyOf(stay, count), deletes, output.ofKey(), allocator);
    }
  }

  /** Whether a dropped row owes a delete of its key. */
  static boolean owesDelete(Drops drops, Op op, Tally tally) {
    return switch (op) {
      case DELETE -> true;
      case SNAPSHOT -> drops == Drops.ROW && tally.repair();
      case INSERT, UPDATE -> drops == Drops.ROW;
    };
  }

  @Override
  public void close() {
    bound.close();
  }
}
