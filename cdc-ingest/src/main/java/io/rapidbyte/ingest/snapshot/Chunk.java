package io.rapidbyte.ingest.snapshot;

import java.util.List;
import java.util.Optional;
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
 */
record Chunk(
    int schemaVersion,
    List<RowImage> rows,
    SourceSnapshot snapshot,
    long micros,
    Set<RowKey> asked,
    Optional<List<String>> cursor,
    boolean last) {
  /** Bytes of its rows, roughly. */
  long size() {
    return rows.stream().mapToLong(RowImage::size).sum();
  }
}
