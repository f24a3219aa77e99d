package io.rapidbyte.ingest.differential;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A change as a reader of the log hands it out.
 *
 * @param op c insert, u update, d delete, t truncate, m logical message
 * @param key the names of the columns that the reader takes for the key
 * @param row the new row; of a delete what is known of the old one
 * @param before the whole old row, where the replica identity gives it
 * @param refused why the reader could not hold the row: the row is a dead letter then, and no
 *     values are known
 */
record Change(
    String table,
    char op,
    long xid,
    List<String> key,
    SortedMap<String, Cell> row,
    SortedMap<String, Cell> before,
    Optional<String> refused) {

  /** The values of the key's columns, as far as they are known. */
  String keyText() {
    StringBuilder text = new StringBuilder();
    for (String name : key) {
      text.append(text.isEmpty() ? "" : ", ").append(name).append('=').append(row.get(name));
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "%s %s%s%s%s"
        .formatted(
            op,
            table,
            row,
            before.isEmpty() ? "" : " before " + before,
            refused.map(code -> " refused: " + code).orElse(""));
  }
}
