package io.rapidbyte.ingest.filter;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.stream.Column;
import java.util.List;
import java.util.Set;

/** A {@code where} that ingest evaluates itself. Immutable; may be shared between threads. */
public interface RowFilter {
  /** The columns that it reads. */
  Set<String> columns();

  /**
   * The filter for rows with these columns, in the order of their tuples; for one thread.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where a column it reads is not among them
   *     or has a type it cannot compare
   */
  Bound bind(List<Column> columns);

  /** A filter whose columns are known. */
  interface Bound {
    /**
     * Whether the row matches; as in SQL, unknown is no.
     *
     * @throws io.rapidbyte.schemas.error.RapidbyteException of scope RECORD where the condition
     *     fails on the row as it would in Postgres (division by zero, out of range), or reads a
     *     value that is UNCHANGED in it ({@code data/missing-base})
     */
    boolean test(Tuple row);
  }
}
