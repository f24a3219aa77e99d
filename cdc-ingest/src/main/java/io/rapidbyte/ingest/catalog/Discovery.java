package io.rapidbyte.ingest.catalog;

import io.rapidbyte.schemas.stream.TableName;
import java.util.List;
import java.util.Optional;

/**
 * What a source has to stream.
 *
 * @param tables by name
 * @param skipped what looks like a table and cannot be streamed, by name
 */
public record Discovery(ServerVersion version, List<TableInfo> tables, List<Skipped> skipped) {
  public Discovery {
    tables = List.copyOf(tables);
    skipped = List.copyOf(skipped);
  }

  /**
   * Something that cannot be streamed.
   *
   * @param reason why, as a sentence's end: {@code is unlogged: its changes are not in the log}
   */
  public record Skipped(TableName name, String reason) {}

  /** The table of that name. */
  public Optional<TableInfo> table(TableName name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst();
  }
}
