package io.rapidbyte.sink.duckdb;

import static io.rapidbyte.schemas.stream.TableName.quote;

import io.rapidbyte.sink.destination.TableShape;
import java.util.List;
import java.util.StringJoiner;
import org.apache.arrow.vector.types.pojo.Field;

/** The statement of an append: every row of the stream becomes a row. */
final class AppendSql {
  private AppendSql() {}

  static String insert(TargetTable table, TableShape shape, int partition) {
    StringJoiner names = new StringJoiner(", ");
    StringJoiner values = new StringJoiner(", ");
    for (int i = 0; i < shape.columns().size(); i++) {
      names.add(quote(shape.columns().get(i).getName()));
      values.add(StageReader.column(i));
    }
    for (TargetTable.OwnColumn own : table.ownColumns(partition)) {
      names.add(quote(own.name()));
      values.add(own.name().equals(TargetTable.UNCHANGED) ? unchanged(shape) : own.value());
    }
    return "INSERT INTO "
        + table.quoted()
        + " ("
        + names
        + ") SELECT "
        + values
        + " FROM "
        + UpsertSql.INPUT;
  }

  /** Names for numbers, by a list that is indexed from 1. */
  private static String unchanged(TableShape shape) {
    List<String> names = shape.columns().stream().map(Field::getName).toList();
    return "list_transform(_rb_unchanged, lambda i: "
        + UpsertSql.list(names, UpsertSql::literal)
        + "[i + 1])";
  }
}
