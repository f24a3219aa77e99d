package io.rapidbyte.schemas.dead;

import io.rapidbyte.schemas.position.Position;
import org.jspecify.annotations.Nullable;

/**
 * Which refusal of which row: the same whenever the same row is refused at the same place, so that
 * a reader counts a letter that is sent twice once.
 *
 * @param stage {@code ingest}, {@code process} or {@code sink}
 * @param destination where the stage is a sink
 * @param range of a snapshot's row; null for changes
 * @param sub which of several rows that one row became; 0 where it stayed one
 */
public record DeadLetterId(
    String stream,
    String stage,
    @Nullable String destination,
    int generation,
    @Nullable String range,
    Position position,
    int sub) {

  /** {@code stream|stage|destination|generation|range|lsn/ordinal|sub}; absent parts are empty. */
  @Override
  public String toString() {
    return String.join(
        "|",
        stream,
        stage,
        destination == null ? "" : destination,
        Integer.toString(generation),
        range == null ? "" : range,
        position.toString(),
        Integer.toString(sub));
  }
}
