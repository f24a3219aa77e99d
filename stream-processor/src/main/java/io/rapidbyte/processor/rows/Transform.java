package io.rapidbyte.processor.rows;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.spec.TransformSpec.Drops;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Makes rows of rows. Immutable; what it keeps between batches is in {@link Bound}. */
public interface Transform {
  /** What stands in messages for it, such as {@code transforms[2] filter}. */
  String name();

  /**
   * The transform for rows of a shape, before the first of them.
   *
   * @param allocator of the vectors that it makes
   * @throws io.rapidbyte.schemas.error.RapidbyteException of category config or schema where it
   *     cannot work on such rows
   */
  Bound bind(Shape input, BufferAllocator allocator);

  /**
   * The stream is copied anew from here on, and what is not in the copy will be removed: what was
   * remembered of earlier rows is to be forgotten, or it would drop rows that are to come back.
   */
  default void renew() {}

  /** A transform that knows its columns. For one thread. */
  interface Bound extends AutoCloseable {
    /** The columns that it makes, in their order. */
    List<Output> outputs();

    /**
     * Indexes of the input columns by which it decides whether a row stays: where one of them is
     * unchanged and not in the row, nothing can be decided.
     */
    default BitSet reads() {
      return new BitSet();
    }

    /** What it means that a row is missing in its output. */
    default Drops drops() {
      return Drops.ROW;
    }

    /** Whether it may make several rows of one. */
    default boolean splits() {
      return false;
    }

    /**
     * Whether old rows ({@code _rb_before}) go through it too, as deletes. Where not, what is a
     * copy is taken over, and the rest is NULL.
     */
    default boolean takesOldRows() {
      return true;
    }

    /**
     * Works on rows, which stay the caller's and are not changed. A delete has only the columns of
     * the key and is never dropped.
     *
     * @throws io.rapidbyte.schemas.error.RapidbyteException where it fails on some row without
     *     saying on which: the host tries with fewer
     */
    Result apply(Rows rows);

    /**
     * What it did since the last call of this stays, or was in vain: the rows are then given again,
     * fewer at a time, or refused. Only what stays may be remembered.
     */
    default void settle(boolean stays) {}

    @Override
    default void close() {}
  }

  /** What came of rows. The receiver closes the vectors. */
  sealed interface Result {
    /**
     * Row for row.
     *
     * @param columns as long as the input
     * @param dropped rows that shall not stay; no deletes
     * @param rejected rows that cannot be worked on, and why
     */
    record Mapped(List<FieldVector> columns, BitSet dropped, Map<Integer, ErrorInfo> rejected)
        implements Result {
      public Mapped {
        columns = List.copyOf(columns);
        rejected = Map.copyOf(rejected);
      }
    }

    /**
     * Any number of batches. A row of the input that is in no batch of the main route is dropped.
     *
     * @param rejected rows of the input that cannot be worked on, and why
     */
    record Emitted(List<Emission> emissions, Map<Integer, ErrorInfo> rejected) implements Result {
      public Emitted {
        emissions = List.copyOf(emissions);
        rejected = Map.copyOf(rejected);
      }
    }
  }

  /**
   * A batch that a transform emitted.
   *
   * @param route empty for the main one, else the name of a topic beside it
   * @param from for each of its rows, the row of the input that it was made of
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Emission(String route, List<FieldVector> columns, int[] from) {
    /** The route on which rows go on through the other transforms. */
    public static final String MAIN = "";

    public Emission {
      columns = List.copyOf(columns);
    }
  }
}
