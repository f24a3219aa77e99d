package io.rapidbyte.ingest.publish;

import java.util.List;

/** Where a selection of columns, or a condition on rows, takes effect for changes. */
public sealed interface PushDown {
  /** Nothing is asked for. */
  record None() implements PushDown {}

  /**
   * In the publication: what is left out never leaves the server.
   *
   * @param beyond columns that are published although they are not selected, because our own filter
   *     reads them
   */
  record Pushed(List<String> beyond) implements PushDown {
    public Pushed {
      beyond = List.copyOf(beyond);
    }
  }

  /**
   * In ingest: the whole row leaves the server.
   *
   * @param reason why, as the rest of a sentence
   * @param mend the SQL or the step that would push it down
   */
  record Local(String reason, String mend) implements PushDown {}

  /** Whether it takes effect in the publication. */
  default boolean isPushed() {
    return this instanceof Pushed;
  }

  /** Whether ingest sees to it. */
  default boolean isLocal() {
    return this instanceof Local;
  }
}
