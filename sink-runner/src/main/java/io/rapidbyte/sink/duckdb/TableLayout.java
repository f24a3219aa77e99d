package io.rapidbyte.sink.duckdb;

import static io.rapidbyte.schemas.stream.TableName.quote;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.sink.bookkeeping.Owner;
import io.rapidbyte.sink.bookkeeping.Owners;
import io.rapidbyte.sink.destination.TableShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What a table must look like for a shape, and how an existing one gets there. Decides only; {@link
 * TableCatalog} asks and acts.
 */
final class TableLayout {
  private TableLayout() {}

  /** A table as the catalog has it: column name → type. */
  record Existing(Map<String, String> columns, Optional<String> comment) {}

  /** What marks a table as the given stream's. */
  static String comment(TargetTable table) {
    return "rapidbyte stream " + table.target().stream();
  }

  /** Columns and types that the shape asks for, ours included. */
  static Map<String, String> wanted(TargetTable table, TableShape shape) {
    Map<String, String> columns = new LinkedHashMap<>();
    Set<String> folded = new HashSet<>();
    for (Field field : shape.columns()) {
      if (!folded.add(field.getName().toLowerCase(Locale.ROOT))) {
        throw schema(
            "duckdb/same-column",
            table.name()
                + " has two columns that differ from "
                + field.getName()
                + " in upper and lower case only, which DuckDB does not tell apart",
            "leave one of them out with columns: in pipeline.yaml");
      }
      columns.put(field.getName(), DuckDbTypes.sql(field));
    }
    table.ownColumns(0).forEach(own -> columns.put(own.name(), own.type()));
    return columns;
  }

  /** The statements that make the table. */
  static List<String> create(TargetTable table, TableShape shape) {
    StringJoiner columns = new StringJoiner(", ");
    wanted(table, shape).forEach((name, type) -> columns.add(quote(name) + " " + type));
    return List.of(
        "CREATE SCHEMA IF NOT EXISTS " + table.quotedSchema(),
        "CREATE TABLE " + table.quoted() + " (" + columns + ")",
        "COMMENT ON TABLE " + table.quoted() + " IS " + UpsertSql.literal(comment(table)));
  }

  /**
   * The statements by which an existing table takes the shape; none where it does already.
   *
   * @param wanted column → type in the catalog's spelling
   * @throws RapidbyteException where it cannot, with what mends it
   */
  static List<String> change(TargetTable table, Map<String, String> wanted, Existing existing) {
    if (!existing.comment().equals(Optional.of(comment(table)))) {
      throw schema(
          "duckdb/foreign-table",
          table.name() + " exists in the warehouse and is not the table of this stream",
          "rename or drop it: DROP TABLE " + table.name().quoted());
    }
    Map<String, String> present = new HashMap<>();
    existing.columns().forEach((name, type) -> present.put(name.toLowerCase(Locale.ROOT), type));
    List<String> statements = new ArrayList<>();
    wanted.forEach(
        (name, type) -> {
          String has = present.get(name.toLowerCase(Locale.ROOT));
          if (has == null) {
            statements.add(
                "ALTER TABLE " + table.quoted() + " ADD COLUMN " + quote(name) + " " + type);
          } else if (!holds(has, type)) {
            throw typeChanged(table, name, has, type);
          }
        });
    return statements;
  }

  /** Another stream writes the table. */
  static RapidbyteException taken(TargetTable table, Owner owner) {
    return schema(
        "duckdb/foreign-table",
        "table %s is written by stream %s of pipeline %s (destination %s)"
            .formatted(table.name(), owner.stream(), owner.pipeline(), owner.destination()),
        "give this destination a file of its own (destinations.….duckdb.path); if that pipeline is"
            + " gone: "
            + Owners.release(table.name()));
  }

  private static RapidbyteException typeChanged(
      TargetTable table, String column, String has, String wanted) {
    return schema(
        "duckdb/type-changed",
        table.name()
            + "."
            + column
            + " is "
            + has
            + " in the warehouse and "
            + wanted
            + " at the source",
        "stop rapidbyte, then in DuckDB: ALTER TABLE "
            + table.name().quoted()
            + " ALTER COLUMN "
            + quote(column)
            + " TYPE "
            + wanted);
  }

  private static final List<String> INTEGERS = List.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT");

  /** Whether a column of type {@code has} takes every value of type {@code wanted}. */
  static boolean holds(String has, String wanted) {
    if (has.equals(wanted) || has.equals("VARCHAR")) {
      return true;
    }
    if (INTEGERS.contains(has) && INTEGERS.contains(wanted)) {
      return INTEGERS.indexOf(has) > INTEGERS.indexOf(wanted);
    }
    if (has.startsWith("DECIMAL(") && wanted.startsWith("DECIMAL(")) {
      int[] wide = digits(has);
      int[] narrow = digits(wanted);
      return wide[1] >= narrow[1] && wide[0] - wide[1] >= narrow[0] - narrow[1];
    }
    return has.equals("DOUBLE") && wanted.equals("FLOAT");
  }

  private static int[] digits(String decimal) {
    int comma = decimal.indexOf(',');
    return new int[] {
      Integer.parseInt(decimal.substring("DECIMAL(".length(), comma)),
      Integer.parseInt(decimal.substring(comma + 1, decimal.length() - 1))
    };
  }

  private static RapidbyteException schema(String code, String message, String fix) {
    return new RapidbyteException(
        ErrorInfo.permanent(Category.SCHEMA, Scope.STREAM, code, message, fix));
  }
}
