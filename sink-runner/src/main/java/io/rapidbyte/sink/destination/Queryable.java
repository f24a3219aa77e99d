package io.rapidbyte.sink.destination;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A destination that answers questions while it is being written. Any thread. */
public interface Queryable {
  /**
   * Runs one SELECT in a read-only transaction of its own; it sees committed groups only.
   *
   * @param maxRows rows beyond it are cut off, and {@link Result#truncated} says so
   * @param timeout the query is cancelled beyond it
   * @throws io.rapidbyte.schemas.error.RapidbyteException where it is no query, fails or takes too
   *     long
   */
  Result query(String sql, int maxRows, Duration timeout);

  /**
   * An answer.
   *
   * @param rows values in their text form, null for NULL
   */
  record Result(List<String> columns, List<List<@Nullable String>> rows, boolean truncated) {}
}
