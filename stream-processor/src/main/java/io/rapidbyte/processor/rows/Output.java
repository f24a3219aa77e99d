package io.rapidbyte.processor.rows;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A column that a transform makes.
 *
 * @param from indexes of the input columns that it is computed from; empty for a constant
 */
public record Output(Field field, List<Integer> from, Relation relation) {
  /** How an output's values hang together with those of its only input. */
  public enum Relation {
    /** The same values. */
    COPY,
    /** Other values, but different ones for different inputs, and the same for the same. */
    ONE_TO_ONE,
    /** Anything else. */
    COMPUTED
  }

  public Output {
    from = List.copyOf(from);
    if (relation != Relation.COMPUTED && from.size() != 1) {
      throw new IllegalArgumentException(field.getName() + " is a copy of " + from);
    }
  }

  /** A column as it was, perhaps under another name. */
  public static Output copy(Field field, int from) {
    return new Output(field, List.of(from), Relation.COPY);
  }

  boolean isOneToOneWith(int input) {
    return relation != Relation.COMPUTED && from.getFirst() == input;
  }
}
