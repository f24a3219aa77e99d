package io.rapidbyte.processor.rows;

import io.rapidbyte.processor.rows.Transform.Bound;
import io.rapidbyte.schemas.batch.Op;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;

/**
 * Values that did not change and are not in their rows, through one transform: what is made of such
 * values alone did not change either; what is made of such and others cannot be computed.
 */
record Marks(String transform, Shape input, Bound bound) {
  /** Rows that cannot be worked on for what they lack; refused. */
  BitSet undecided(Rows in, Tally tally) {
    BitSet undecided = new BitSet();
    if (!in.hasUnchanged()) {
      return undecided;
    }
    for (int row = 0; row < in.count(); row++) {
      BitSet missing = in.unchanged(row);
      if (!missing.isEmpty() && in.op(row) != Op.DELETE) {
        Optional<String> reader = reader(missing);
        if (reader.isPresent()) {
          tally.refuse(in.origin(row), RowFailure.missingBase(transform, reader.get()));
          undecided.set(row);
        }
      }
    }
    return undecided;
  }

  /** What would have to read a missing value. */
  private Optional<String> reader(BitSet missing) {
    if (bound.reads().intersects(missing)) {
      return Optional.of("the condition");
    }
    for (Output output : bound.outputs()) {
      long absent = output.from().stream().filter(missing::get).count();
      if (absent > 0 && absent < output.from().size()) {
        return Optional.of("column " + output.field().getName());
      }
    }
    return Optional.empty();
  }

  /** The marks of the rows behind the transform, for rows that can be worked on. */
  BitSet[] through(Rows in) {
    BitSet[] marks = new BitSet[in.count()];
    for (int row = 0; row < in.count(); row++) {
      marks[row] = through(in.unchanged(row));
    }
    return marks;
  }

  BitSet through(BitSet missing) {
    if (missing.isEmpty()) {
      return missing;
    }
    BitSet marks = new BitSet();
    List<Output> outputs = bound.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      List<Integer> from = outputs.get(i).from();
      marks.set(i, !from.isEmpty() && from.stream().allMatch(missing::get));
    }
    return marks;
  }

  /** What a transform made of values that are not there is nothing. */
  static void clear(Rows made) {
    for (int row = 0; row < made.count(); row++) {
      BitSet missing = made.unchanged(row);
      for (int i = missing.nextSetBit(0); i >= 0; i = missing.nextSetBit(i + 1)) {
        FieldVector column = made.columns().get(i);
        if (!column.isNull(row)) {
          column.setNull(row);
        }
      }
    }
  }
}
