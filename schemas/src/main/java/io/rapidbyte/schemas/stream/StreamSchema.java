package io.rapidbyte.schemas.stream;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A stream's columns and key from a position of the log on, until the next version.
 *
 * @param version counts up from 1 within a stream
 * @param columns in the source's order, those that the pipeline selects
 * @param key names of the key columns, in key order: the replica identity's where it is an index,
 *     else the primary key's; empty where the table has none (append only)
 * @param identity what the log holds of old rows
 */
public record StreamSchema(
    TableName table,
    int version,
    List<Column> columns,
    List<String> key,
    ReplicaIdentity identity) {
  public StreamSchema {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException(table + " has two columns " + column.name());
      }
    }
    for (String name : key) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(table + " has a key column it does not select: " + name);
      }
    }
  }

  /** The stream's name in headers, logs, metrics and commands: {@code schema.table}. */
  public String stream() {
    return table.toString();
  }

  /** The index of a column, or -1. */
  public int indexOf(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether both describe the same columns and key, whatever their versions. */
  public boolean sameShape(StreamSchema other) {
    return table.equals(other.table)
        && columns.equals(other.columns)
        && key.equals(other.key)
        && identity == other.identity;
  }
}
