package io.rapidbyte.ingest.publish;

import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import java.util.List;

/** Why a table cannot be streamed as declared, each with the mend. */
public final class Refusals {
  /** Published, the application's UPDATE and DELETE would fail. */
  public static final String NO_IDENTITY = "source/no-replica-identity";

  /** Upsert without a key. */
  public static final String NO_KEY = "source/no-key";

  /** Deletes would not say which row of the declared key they mean. */
  public static final String KEY_NOT_IN_IDENTITY = "source/key-not-in-identity";

  /** A partition logs less of old rows than its root announces. */
  public static final String PARTITION_IDENTITY = "source/partition-identity";

  /** A column's name begins like ours. */
  public static final String RESERVED_COLUMN = "source/reserved-column";

  private Refusals() {}

  static ErrorInfo noIdentity(TableInfo table) {
    return error(
        NO_IDENTITY,
        "table %s has no replica identity: published, the application's UPDATE and DELETE would fail"
            .formatted(table.name()),
        "add a primary key, or ALTER TABLE %s REPLICA IDENTITY FULL;, or set mode: append to stream inserts alone"
            .formatted(table.name().quoted()));
  }

  static ErrorInfo virtualColumn(TableInfo table) {
    return error(
        NO_IDENTITY,
        "table %s has REPLICA IDENTITY FULL and a virtual generated column: published, the application's UPDATE and DELETE would fail"
            .formatted(table.name()),
        "ALTER TABLE %s REPLICA IDENTITY DEFAULT; with a primary key, or set mode: append"
            .formatted(table.name().quoted()));
  }

  static ErrorInfo noKey(TableInfo table) {
    return error(
        NO_KEY,
        "table %s has no primary key, and upsert needs a key".formatted(table.name()),
        "ALTER TABLE %s ADD PRIMARY KEY (…);, or name unique columns as key:, or set mode: append"
            .formatted(table.name().quoted()));
  }

  static ErrorInfo keyNotInIdentity(TableInfo table, List<String> key) {
    return error(
        KEY_NOT_IN_IDENTITY,
        "streams %s: the key (%s) is not part of the replica identity, so that deletes do not carry it"
            .formatted(table.name(), String.join(", ", key)),
        "ALTER TABLE %s REPLICA IDENTITY FULL;".formatted(table.name().quoted()));
  }

  static ErrorInfo partitions(TableInfo table) {
    String mend =
        table.keys().partitions().stream()
            .map(
                p ->
                    "ALTER TABLE %s REPLICA IDENTITY %s;".formatted(p.name().quoted(), want(table)))
            .reduce((a, b) -> a + " " + b)
            .orElse("");
    return error(
        PARTITION_IDENTITY,
        "partitions of %s have another replica identity than their root, whose old rows they log: %s"
            .formatted(
                table.name(),
                String.join(
                    ", ",
                    table.keys().partitions().stream().map(p -> p.name().toString()).toList())),
        mend);
  }

  private static String want(TableInfo table) {
    return switch (table.keys().identity().kind()) {
      case FULL -> "FULL";
      case INDEX -> "USING INDEX …";
      case DEFAULT, NOTHING -> "DEFAULT";
    };
  }

  static ErrorInfo reserved(TableInfo table, String column) {
    return error(
        RESERVED_COLUMN,
        "table %s has a column %s, and names that begin with _rb_ are Rapidbyte's own"
            .formatted(table.name(), column),
        "rename it, or leave it out with columns:");
  }

  static ErrorInfo whereNeeds(TableInfo table, String column) {
    return error(
        io.rapidbyte.ingest.filter.Where.CODE,
        "streams %s: where reads the generated column %s, which is not in the log"
            .formatted(table.name(), column),
        "write the condition over the columns that it is generated from");
  }

  private static ErrorInfo error(String code, String message, String fix) {
    return ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, code, message, fix);
  }
}
