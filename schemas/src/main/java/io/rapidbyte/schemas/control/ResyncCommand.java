package io.rapidbyte.schemas.control;

import java.time.Instant;
import java.util.List;

/**
 * Asks the ingest leader to copy rows of the source again. Executed once, in the order of the
 * control topic.
 *
 * @param id the record's key
 * @param target what is copied
 */
public record ResyncCommand(String id, Target target, Instant requestedAt) {

  /** What is copied. */
  public sealed interface Target {}

  /**
   * The pipeline begins anew: new slot, every stream under its next generation. Allowed also where
   * the source does not continue where progress stands, or where progress is lost.
   *
   * @param floor where progress is lost, the generation that streams begin under: above whatever a
   *     destination may hold
   */
  public record Everything(int floor) implements Target {
    public Everything {
      if (floor < 1) {
        throw new IllegalArgumentException("a generation is at least 1: " + floor);
      }
    }
  }

  /**
   * These streams, each as a whole under its next generation, while the others go on.
   *
   * @param names as {@code schema.table}
   */
  public record Streams(List<String> names) implements Target {
    public Streams {
      names = List.copyOf(names);
    }
  }

  /**
   * Single rows of a stream, in its generation; of a key that is gone, its delete.
   *
   * @param stream as {@code schema.table}
   * @param keys of each row its key columns' values in the source's text form, in key order
   */
  public record Keys(String stream, List<List<String>> keys) implements Target {
    public Keys {
      keys = keys.stream().map(List::copyOf).toList();
    }
  }
}
