package io.rapidbyte.ingest.snapshot;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A chunk as its reader found it, between its marks.
 *
 * @param schemaVersion of its rows' columns
 * @param rows that pass the condition
 * @param snapshot what the read saw
 * @param micros when that was, µs since 1970
 * @param asked the keys that it was read for; empty where it is a span of the table
 * @param cursor the span's last key, in text form; absent where the span is empty or none
 * @param last whether no span follows
 * @param executes where the chunk is a command's: the commands before this offset are executed
 */
record Chunk(
    int schemaVersion,
    List<RowImage> rows,
    SourceSnapshot snapshot,
    long micros,
    Set<RowKey> asked,
    Optional<List<String>> cursor,
    boolean last,
    OptionalLong executes) {
  /** The same as the work of a command. */
  Chunk executing(long next) {
    return new Chunk(
        schemaVersion, rows, snapshot, micros, asked, cursor, false, OptionalLong.of(next));
  }

  /** Bytes of its rows, roughly. */
  long size() {
    return rows.stream().mapToLong(RowImage::size).sum();
  }
}
