package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.catalog.ServerVersion;
import io.rapidbyte.ingest.catalog.ToldType;
import io.rapidbyte.ingest.catalog.TypeCatalog;
import io.rapidbyte.ingest.ddl.SchemaEvent;
import io.rapidbyte.ingest.ddl.SchemaEvent.Index;
import io.rapidbyte.ingest.ddl.SchemaEvent.TableColumn;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From what the source tells of a table to the stream's columns and key: the same that the log will
 * announce before the table's next row.
 */
final class ToldSchema {
  private static final char STORED = 's';

  private ToldSchema() {}

  /**
   * The stream's schema behind the DDL.
   *
   * @param types knows the types of then
   * @param known the schema before; its key stays where the table has none any more
   */
  static StreamSchema of(
      SchemaEvent.Table table,
      Optional<StreamSpec> spec,
      TypeCatalog types,
      ServerVersion server,
      StreamSchema known)
      throws SQLException {
    Map<String, @Nullable String> wanted =
        RelationBinder.wanted(
            spec.orElse(null), table.columns().stream().map(TableColumn::name).toList());
    List<Column> columns = new ArrayList<>();
    for (TableColumn column : table.columns()) {
      if (wanted.containsKey(column.name()) && isStreamed(column, server)) {
        ToldType.Reference type = column.type();
        columns.add(
            new Column(
                column.name(),
                types.type(type.type(), type.typmod(), type.dimensions()),
                column.nullable(),
                column.number(),
                wanted.get(column.name())));
      }
    }
    StreamSchema found =
        new StreamSchema(
            table.name(),
            known.version() + 1,
            columns,
            key(table, spec, known, columns),
            table.identity());
    return found.sameShape(known) ? known : found;
  }

  private static boolean isStreamed(TableColumn column, ServerVersion server) {
    return column.generated() == ' '
        || (column.generated() == STORED && server.publishesGenerated());
  }

  private static List<String> key(
      SchemaEvent.Table table, Optional<StreamSpec> spec, StreamSchema known, List<Column> there) {
    List<String> names = there.stream().map(Column::name).toList();
    List<String> asked = spec.map(StreamSpec::key).orElse(null);
    List<String> own = asked == null ? own(table) : asked;
    List<String> key = own.stream().filter(names::contains).toList();
    return key.isEmpty() ? known.key().stream().filter(names::contains).toList() : key;
  }

  private static List<String> own(SchemaEvent.Table table) {
    boolean chosen = table.identity() == ReplicaIdentity.INDEX;
    return table.indexes().stream()
        .filter(index -> chosen ? index.chosen() : index.primary())
        .findFirst()
        .or(() -> table.indexes().stream().filter(Index::primary).findFirst())
        .map(Index::columns)
        .orElse(List.of());
  }
}
