package io.rapidbyte.ingest.catalog;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From a table and its settings to the stream's columns and key. Pure. */
public final class StreamSchemas {
  /** A setting names a column that the table does not have. */
  public static final String UNKNOWN_COLUMN = "source/unknown-column";

  /** A column is selected that logical replication cannot carry. */
  public static final String GENERATED_COLUMN = "source/generated-column";

  /** The key is not among the selected columns. */
  public static final String KEY_NOT_SELECTED = "source/key-not-selected";

  private StreamSchemas() {}

  /**
   * The stream that {@code spec} makes of {@code table}: the selected columns in the table's order.
   * Without a selection these are all that the server's logical replication can carry.
   *
   * @throws RapidbyteException where the settings do not fit the table
   */
  public static StreamSchema of(
      TableInfo table, StreamSpec spec, ServerVersion server, int version) {
    Map<String, StreamSpec.ColumnSpec> selected = selection(table, spec);
    List<Column> columns = new ArrayList<>();
    for (ColumnInfo column : table.columns()) {
      StreamSpec.ColumnSpec wanted = selected.get(column.name());
      boolean all = spec.columns() == null;
      if (wanted != null && !column.streamable(server)) {
        throw generated(table, column, server);
      } else if (wanted != null || (all && column.streamable(server))) {
        columns.add(
            new Column(
                column.name(),
                column.type(),
                column.nullable(),
                column.attributeNumber(),
                wanted == null ? null : wanted.as()));
      }
    }
    List<String> key = key(table, spec);
    requireSelected(table, key, columns);
    return new StreamSchema(table.name(), version, columns, key, table.keys().identity().kind());
  }

  /**
   * The key's columns: those that {@code spec} names, else the replica identity's where it is an
   * index, else the primary key's; empty where the table has none.
   *
   * @throws RapidbyteException where {@code spec} names a column that is not there
   */
  public static List<String> key(TableInfo table, StreamSpec spec) {
    List<String> named = spec.key();
    if (named != null) {
      named.forEach(name -> requireColumn(table, name, "key"));
      return named;
    }
    Identity identity = table.keys().identity();
    return identity.kind() == ReplicaIdentity.INDEX && identity.identifies()
        ? identity.columns()
        : table.keys().primaryKey();
  }

  private static Map<String, StreamSpec.ColumnSpec> selection(TableInfo table, StreamSpec spec) {
    Map<String, StreamSpec.ColumnSpec> selected = new HashMap<>();
    List<StreamSpec.ColumnSpec> named = spec.columns();
    if (named != null) {
      for (StreamSpec.ColumnSpec column : named) {
        requireColumn(table, column.name(), "columns");
        selected.put(column.name(), column);
      }
    }
    return selected;
  }

  private static void requireColumn(TableInfo table, String name, String setting) {
    if (table.column(name).isEmpty()) {
      List<String> names = table.columns().stream().map(ColumnInfo::name).toList();
      throw config(
          UNKNOWN_COLUMN,
          "streams %s: %s names column %s, which the table does not have"
              .formatted(table.name(), setting, name),
          NearestName.of(name, names)
              .map(near -> "did you mean " + near + "?")
              .orElse("its columns are " + String.join(", ", names)));
    }
  }

  private static void requireSelected(TableInfo table, List<String> key, List<Column> columns) {
    List<String> missing = new ArrayList<>(key);
    columns.forEach(column -> missing.remove(column.name()));
    if (!missing.isEmpty()) {
      throw config(
          KEY_NOT_SELECTED,
          "streams %s: key column %s is not selected"
              .formatted(table.name(), String.join(", ", missing)),
          "add %s to columns".formatted(String.join(", ", missing)));
    }
  }

  private static RapidbyteException generated(
      TableInfo table, ColumnInfo column, ServerVersion server) {
    boolean virtual = column.generated() == ColumnInfo.Generated.VIRTUAL;
    return config(
        GENERATED_COLUMN,
        "streams %s: column %s is generated, and PostgreSQL %d does not replicate %s generated columns"
            .formatted(table.name(), column.name(), server.major(), virtual ? "virtual" : "its"),
        "leave %s out of columns".formatted(column.name()));
  }

  private static RapidbyteException config(String code, String message, String fix) {
    return new RapidbyteException(
        ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, code, message, fix));
  }
}
