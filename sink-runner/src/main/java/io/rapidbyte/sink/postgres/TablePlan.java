package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.sink.bookkeeping.Owners;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has to happen to a table before a stream's rows can go into it. Pure. */
sealed interface TablePlan {
  /** The table is created. */
  record Create() implements TablePlan {}

  /**
   * The table is used, with columns added first.
   *
   * @param data the stream's columns with the types that the table's have
   */
  record Use(List<TargetColumn> added, List<TargetColumn> data) implements TablePlan {}

  /** The table cannot be used as it is. */
  record Refuse(ErrorInfo error) implements TablePlan {}

  /** The code where two streams meet in one table, or a table is not ours. */
  String TABLE_TAKEN = "postgres/table-taken";

  /** The code where a column cannot hold what is sent. */
  String TYPE_MISMATCH = "postgres/type-mismatch";

  /** The code where rows cannot be told apart by their key. */
  String NO_UNIQUE_KEY = "postgres/no-unique-key";

  /**
   * Decides.
   *
   * @param wanted the table as the stream wants it, types as the catalog prints them
   * @param existing the table as it is
   * @param known whether this stream has written the table before
   */
  static TablePlan of(TableSql wanted, Optional<Catalog.Existing> existing, boolean known) {
    if (existing.isEmpty()) {
      return known ? new Refuse(Owners.dropped(wanted.table())) : new Create();
    }
    Map<String, String> columns = existing.get().columns();
    for (TargetColumn own : wanted.ownColumns()) {
      if (!columns.containsKey(own.name())) {
        return new Refuse(notOurs(wanted, own));
      }
    }
    if (wanted.mode() != WriteMode.APPEND
        && !existing.get().uniqueKeys().contains(new HashSet<>(wanted.key()))) {
      return new Refuse(noUniqueKey(wanted));
    }
    List<TargetColumn> added = new ArrayList<>();
    List<TargetColumn> data = new ArrayList<>();
    for (TargetColumn column : wanted.data()) {
      String actual = columns.get(column.name());
      if (actual == null) {
        added.add(column);
        data.add(column);
      } else if (TypeFit.holds(actual, column.wanted())) {
        data.add(column.in(actual));
      } else {
        return new Refuse(mismatch(wanted, column, actual));
      }
    }
    return new Use(added, data);
  }

  private static ErrorInfo notOurs(TableSql wanted, TargetColumn own) {
    return ErrorInfo.permanent(
        Category.SCHEMA,
        Scope.STREAM,
        TABLE_TAKEN,
        "table "
            + wanted.table()
            + " exists in the destination and is not of this stream: it has no column "
            + own.name(),
        "give the destination another schema (destinations.….postgres.schema), or rename the table:"
            + " ALTER TABLE "
            + wanted.table().quoted()
            + " RENAME TO …");
  }

  private static ErrorInfo noUniqueKey(TableSql wanted) {
    String names =
        String.join(
            ", ", wanted.key().stream().map(io.rapidbyte.schemas.stream.TableName::quote).toList());
    return ErrorInfo.permanent(
        Category.SCHEMA,
        Scope.STREAM,
        NO_UNIQUE_KEY,
        "table " + wanted.table() + " has no unique index on exactly " + names,
        "ALTER TABLE " + wanted.table().quoted() + " ADD PRIMARY KEY (" + names + ")");
  }

  private static ErrorInfo mismatch(TableSql wanted, TargetColumn column, String actual) {
    return ErrorInfo.permanent(
            Category.SCHEMA,
            Scope.STREAM,
            TYPE_MISMATCH,
            "column %s of %s is %s in the destination and cannot hold %s"
                .formatted(column.name(), wanted.table(), actual, column.wanted()),
            "ALTER TABLE %1$s ALTER COLUMN %2$s TYPE %3$s USING %2$s::%3$s"
                .formatted(wanted.table().quoted(), column.quoted(), column.wanted()))
        .with("column", column.name());
  }
}
