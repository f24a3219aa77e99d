package io.rapidbyte.ingest.publish;

import io.rapidbyte.ingest.catalog.ServerVersion;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A publication as it is declared.
 *
 * @param insertsOnly whether it publishes inserts alone, else all changes
 */
public record Publication(String name, boolean insertsOnly, List<PublishedTable> tables) {
  public Publication {
    tables = List.copyOf(tables);
  }

  /** The statement that creates it. */
  public String createSql(ServerVersion server) {
    String forTables = tables.isEmpty() ? "" : " FOR TABLE " + tableList();
    return "CREATE PUBLICATION %s%s WITH (%s)".formatted(quoted(), forTables, options(server));
  }

  /** The statement that brings an existing one's switches to this state. */
  public String optionsSql(ServerVersion server) {
    return "ALTER PUBLICATION %s SET (%s)".formatted(quoted(), options(server));
  }

  /**
   * The statement that brings an existing one's tables to this state, if one is needed; entries
   * that are right already stay the same ones.
   */
  public Optional<String> tablesSql(List<TableName> present) {
    if (!tables.isEmpty()) {
      return Optional.of("ALTER PUBLICATION %s SET TABLE %s".formatted(quoted(), tableList()));
    } else if (present.isEmpty()) {
      return Optional.empty();
    }
    String leaving = present.stream().map(TableName::quoted).collect(Collectors.joining(", "));
    return Optional.of("ALTER PUBLICATION %s DROP TABLE %s".formatted(quoted(), leaving));
  }

  private String tableList() {
    return tables.stream().map(PublishedTable::sql).collect(Collectors.joining(", "));
  }

  private String options(ServerVersion server) {
    String kinds = insertsOnly ? "insert" : "insert, update, delete, truncate";
    // Without it, a stored generated column under REPLICA IDENTITY FULL stops the application.
    String generated = server.publishesGenerated() ? ", publish_generated_columns = stored" : "";
    return "publish = '%s', publish_via_partition_root = true%s".formatted(kinds, generated);
  }

  private String quoted() {
    return TableName.quote(name);
  }
}
