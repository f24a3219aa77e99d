package io.rapidbyte.processor.rows;

import io.rapidbyte.processor.rows.Output.Relation;
import io.rapidbyte.processor.rows.Transform.Bound;
import io.rapidbyte.processor.rows.Transform.Emission;
import io.rapidbyte.processor.rows.Transform.Result.Emitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.compare.Range;
import org.apache.arrow.vector.compare.RangeEqualsVisitor;
import org.jspecify.annotations.Nullable;

/** The row rules for a transform that emits batches as it likes. */
record EmittedRows(
    String transform, Bound bound, Shape output, Marks marks, BufferAllocator allocator) {

  /** Rows of the main route, with the deletes that dropped ones owe; others go to the tally. */
  Rows of(Rows in, Emitted result, Tally tally) {
    List<Emission> open = new ArrayList<>(result.emissions());
    Rows main = Rows.none(in.source(), bound.outputs(), allocator);
    try {
      BitSet done = refused(in, result, tally);
      BitSet refused = (BitSet) done.clone();
      List<Tally.Routed> routed = new ArrayList<>();
      while (!open.isEmpty()) {
        Emission emission = open.removeFirst();
        Rows part = without(refused, in, emission);
        if (emission.route().equals(Emission.MAIN)) {
          for (int row : emission.from()) {
            done.set(row);
          }
          main = Rows.merge(main, part, allocator);
        } else {
          routed.add(new Tally.Routed(emission.route(), output, part));
        }
      }
      routed.forEach(tally::route);
      return withOwed(in, main, done, tally);
    } catch (RuntimeException | Error e) {
      main.close();
      throw e;
    } finally {
      open.forEach(each -> each.columns().forEach(FieldVector::close));
    }
  }

  /** Rows that the transform refused, or of which it changed what it must not. */
  private BitSet refused(Rows in, Emitted result, Tally tally) {
    BitSet refused = new BitSet();
    result
        .rejected()
        .forEach(
            (row, error) -> {
              refused.set(row);
              tally.refuse(in.origin(row), error);
            });
    copiedKeys()
        .forEach(
            (made, key) ->
                result
                    .emissions()
                    .forEach(
                        each -> compare(in, in.columns().get(key), each, made, refused, tally)));
    return refused;
  }

  private void compare(
      Rows in, FieldVector key, Emission emission, int column, BitSet refused, Tally tally) {
    FieldVector made = emission.columns().get(column);
    int[] from = emission.from();
    if (RowNumbers.areUpTo(in.count(), from) && areEqual(key, made)) {
      return;
    }
    for (int row = 0; row < from.length; row++) {
      int of = from[row];
      if (!refused.get(of) && !same(key.getObject(of), made.getObject(row))) {
        refused.set(of);
        tally.refuse(in.origin(of), RowFailure.changedKey(transform, made.getName()));
      }
    }
  }

  /** Whether all values are equal; where it says no, some may be. */
  private static boolean areEqual(FieldVector key, FieldVector made) {
    if (key.getValidityBufferAddress() == made.getValidityBufferAddress()) {
      return true; // they share their buffers
    }
    return new RangeEqualsVisitor(key, made, (_, _) -> true)
        .rangeEquals(new Range(0, 0, key.getValueCount()));
  }

  private static boolean same(@Nullable Object key, @Nullable Object made) {
    return (key instanceof byte[] bytes && made instanceof byte[] others)
        ? Arrays.equals(bytes, others)
        : Objects.equals(key, made);
  }

  /** Output columns that are copies of a column of the key: to that column. */
  private Map<Integer, Integer> copiedKeys() {
    Map<Integer, Integer> keys = new HashMap<>();
    for (int i = 0; i < bound.outputs().size(); i++) {
      Output each = bound.outputs().get(i);
      if (each.relation() == Relation.COPY && output.key().contains(each.field().getName())) {
        keys.put(i, each.from().getFirst());
      }
    }
    return keys;
  }

  /** An emission's rows whose origins are not refused, ordered by origin; takes its columns. */
  private Rows without(BitSet refused, Rows in, Emission emission) {
    int[] from = emission.from();
    Rows whole = in.with(emission.columns(), from, marks(in, from));
    Marks.clear(whole);
    if (refused.isEmpty() && isOrdered(from)) {
      return whole;
    }
    int[] rows =
        IntStream.range(0, from.length)
            .filter(row -> !refused.get(from[row]))
            .boxed()
            .sorted(Comparator.comparingInt(row -> from[row])) // stable
            .mapToInt(Integer::intValue)
            .toArray();
    try (whole) {
      return whole.select(rows, allocator);
    }
  }

  private static boolean isOrdered(int[] from) {
    for (int row = 1; row < from.length; row++) {
      if (from[row] < from[row - 1]) {
        return false;
      }
    }
    return true;
  }

  private BitSet[] marks(Rows in, int[] from) {
    BitSet[] through = new BitSet[from.length];
    for (int row = 0; row < from.length; row++) {
      through[row] = marks.through(in.unchanged(from[row]));
    }
    return through;
  }

  private Rows withOwed(Rows in, Rows main, BitSet done, Tally tally) {
    if (done.cardinality() == in.count()) {
      return main;
    }
    int[] owed =
        IntStream.range(0, in.count())
            .filter(row -> !done.get(row) && Step.owesDelete(bound.drops(), in.op(row), tally))
            .toArray();
    if (owed.length == 0) {
      return main;
    }
    BitSet all = new BitSet();
    all.set(0, owed.length);
    try (Rows deletes = in.select(owed, all, marks.input().ofKey(), allocator)) {
      return Rows.merge(main, keysAreCopies() ? copies(deletes) : asked(deletes, tally), allocator);
    }
  }

  private boolean keysAreCopies() {
    return !output.key().isEmpty() && copiedKeys().size() == output.key().size();
  }

  private Rows copies(Rows deletes) {
    List<FieldVector> columns = new ArrayList<>();
    for (Output each : bound.outputs()) {
      columns.add(
          each.relation() == Relation.COPY
              ? Rows.share(deletes.columns().get(each.from().getFirst()), each.field(), allocator)
              : Rows.nulls(each.field(), deletes.count(), allocator));
    }
    return deletes.with(columns, marks.through(deletes));
  }

  /** The transform itself makes the deletes' keys. */
  private Rows asked(Rows deletes, Tally tally) {
    if (!(bound.apply(deletes) instanceof Emitted(var emissions, var rejected))) {
      throw new IllegalStateException(transform + " both emits and maps");
    }
    Rows main = Rows.none(deletes.source(), bound.outputs(), allocator);
    BitSet seen = new BitSet();
    for (Emission emission : emissions) {
      int[] from = emission.from();
      try (Rows whole = deletes.with(emission.columns(), from, marks(deletes, from))) {
        if (emission.route().equals(Emission.MAIN)) {
          IntStream.of(from).forEach(seen::set);
          int[] rows = RowNumbers.upTo(whole.count());
          main = Rows.merge(main, whole.select(rows, allocator), allocator);
        }
      }
    }
    for (int row = 0; row < deletes.count(); row++) {
      if (!seen.get(row)) {
        tally.refuse(
            deletes.origin(row), rejected.getOrDefault(row, RowFailure.droppedDelete(transform)));
      }
    }
    return main;
  }
}
