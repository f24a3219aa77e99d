package io.rapidbyte.ingest.publish;

import io.rapidbyte.schemas.stream.TableName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table in a publication.
 *
 * @param columns of the column list, in the table's order; empty for all
 * @param where the row filter, in SQL
 */
public record PublishedTable(TableName table, List<String> columns, Optional<String> where) {
  public PublishedTable {
    columns = List.copyOf(columns);
  }

  /** As it stands behind FOR TABLE. */
  String sql() {
    String list =
        columns.isEmpty()
            ? ""
            : columns.stream().map(TableName::quote).collect(Collectors.joining(", ", " (", ")"));
    return "ONLY " + table.quoted() + list + where.map(w -> " WHERE (" + w + ")").orElse("");
  }
}
