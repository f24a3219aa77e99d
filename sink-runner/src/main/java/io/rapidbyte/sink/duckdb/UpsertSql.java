package io.rapidbyte.sink.duckdb;

import static io.rapidbyte.schemas.stream.TableName.quote;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.sink.destination.TableShape;
import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The statements of an upsert.
 *
 * <p>Without unchanged values: stage the last row of each key, delete, insert. With them: stage all
 * rows, complete key changes from their old rows, name the rows without a base, reduce while
 * completing; then the same delete and insert.
 */
final class UpsertSql {
  /** The stream that holds the step's rows; read once. */
  static final String INPUT = "rb_in";

  /** One row a key, complete. */
  static final String STAGE = "temp.rb_stage";

  /** Every row of the step, where some are incomplete. */
  static final String RAW = "temp.rb_raw";

  private static final String IS_KEY_CHANGE =
      BatchColumns.OP
          + " = "
          + Op.INSERT.code()
          + " AND "
          + BatchColumns.BEFORE
          + " IS NOT NULL AND "
          + BatchColumns.UNCHANGED
          + " IS NOT NULL";

  private final TargetTable table;
  private final TableShape shape;
  private final int[] key;

  UpsertSql(TargetTable table, TableShape shape) {
    this.table = table;
    this.shape = shape;
    this.key = shape.keyIndexes();
  }

  /** Stages the last row of each key. */
  String stage() {
    return "CREATE OR REPLACE TEMP TABLE rb_stage AS SELECT "
        + dataColumns(StageReader::column)
        + ", _rb_op, _rb_lsn, _rb_ordinal, seq, gen FROM "
        + INPUT
        + lastOfEachKey();
  }

  /** Stages every row. */
  String raw() {
    return "CREATE OR REPLACE TEMP TABLE rb_raw AS SELECT * FROM " + INPUT;
  }

  /** Numbers of key changes whose old row is not there. */
  String keyChangesWithoutBase() {
    return "SELECT r.seq FROM "
        + RAW
        + " r WHERE "
        + IS_KEY_CHANGE
        + " AND NOT EXISTS (SELECT 1 FROM "
        + table.quoted()
        + " t WHERE "
        + oldKeyMatches()
        + " AND t._rb_generation >= r.gen) ORDER BY r.seq";
  }

  /** Takes one column of key changes from their old rows. */
  String completeKeyChanges(int column) {
    String name = StageReader.column(column);
    return "UPDATE "
        + RAW
        + " AS r SET "
        + name
        + " = t."
        + sourceName(column)
        + " FROM "
        + table.quoted()
        + " t WHERE "
        + IS_KEY_CHANGE.replace("_rb_", "r._rb_")
        + " AND list_contains(r._rb_unchanged, "
        + column
        + ") AND "
        + oldKeyMatches();
  }

  /** After it, key changes are complete rows like others. */
  String keyChangesAreComplete() {
    return "UPDATE " + RAW + " SET _rb_unchanged = NULL WHERE " + IS_KEY_CHANGE;
  }

  /**
   * Numbers of rows with unchanged values and no base: the nearest complete row or delete before
   * them in the step is a delete, or there is none and the table has no row of their generation.
   */
  String rowsWithoutBase() {
    return "SELECT s.seq FROM (SELECT seq, gen, _rb_unchanged, "
        + keyColumns(StageReader::column)
        + ", last_value(CASE WHEN _rb_unchanged IS NULL THEN _rb_op END IGNORE NULLS) OVER"
        + " (PARTITION BY "
        + keyColumns(StageReader::column)
        + " ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS anchor FROM "
        + RAW
        + ") s WHERE s._rb_unchanged IS NOT NULL AND (s.anchor = "
        + Op.DELETE.code()
        + " OR (s.anchor IS NULL AND NOT EXISTS (SELECT 1 FROM "
        + table.quoted()
        + " t WHERE "
        + keyMatches("t", "s")
        + " AND t._rb_generation >= s.gen))) ORDER BY s.seq";
  }

  /** Stages the last row of each key; {@code unchanged} columns from the newest that has them. */
  String stageCompleted(BitSet unchanged) {
    String keys = keyColumns(StageReader::column);
    StringJoiner newest = new StringJoiner(", ");
    unchanged.stream()
        .forEach(
            column -> {
              String present =
                  "FILTER (WHERE _rb_unchanged IS NULL OR NOT list_contains(_rb_unchanged, "
                      + column
                      + "))";
              newest.add("arg_max_null(c" + column + ", seq) " + present + " AS v" + column);
              newest.add("count(*) " + present + " AS n" + column);
            });
    IntFunction<String> value =
        i ->
            unchanged.get(i)
                ? "CASE WHEN g.n"
                    + i
                    + " > 0 THEN g.v"
                    + i
                    + " ELSE t."
                    + sourceName(i)
                    + " END AS c"
                    + i
                : "l.c" + i;
    return "CREATE OR REPLACE TEMP TABLE rb_stage AS WITH l AS (SELECT * FROM "
        + RAW
        + lastOfEachKey()
        + "), g AS (SELECT "
        + keys
        + ", "
        + newest
        + " FROM "
        + RAW
        + " GROUP BY "
        + keys
        + ") SELECT "
        + dataColumns(value)
        + ", l._rb_op, l._rb_lsn, l._rb_ordinal, l.seq, l.gen FROM l JOIN g ON "
        + matches(i -> "l.c" + i, i -> "g.c" + i)
        + " LEFT JOIN "
        + table.quoted()
        + " t ON "
        + keyMatches("t", "l");
  }

  /** Removes the table's rows of all staged keys. */
  String delete() {
    return "DELETE FROM "
        + table.quoted()
        + " AS t USING "
        + STAGE
        + " s WHERE "
        + keyMatches("t", "s");
  }

  /** Puts the staged rows that are not deletes. */
  String insert(int partition) {
    StringJoiner names = new StringJoiner(", ");
    StringJoiner values = new StringJoiner(", ");
    for (int i = 0; i < shape.columns().size(); i++) {
      names.add(sourceName(i));
      values.add(StageReader.column(i));
    }
    for (TargetTable.OwnColumn own : table.ownColumns(partition)) {
      names.add(quote(own.name()));
      values.add(own.value());
    }
    return "INSERT INTO "
        + table.quoted()
        + " ("
        + names
        + ") SELECT "
        + values
        + " FROM "
        + STAGE
        + " WHERE _rb_op <> "
        + Op.DELETE.code();
  }

  private String lastOfEachKey() {
    return " QUALIFY row_number() OVER (PARTITION BY "
        + keyColumns(StageReader::column)
        + " ORDER BY seq DESC) = 1";
  }

  private String oldKeyMatches() {
    return matches(
        i -> "t." + sourceName(i),
        i -> "struct_extract(r._rb_before, " + literal(shape.columns().get(i).getName()) + ")");
  }

  private String keyMatches(String tableAlias, String stageAlias) {
    return matches(
        i -> tableAlias + "." + sourceName(i), i -> stageAlias + "." + StageReader.column(i));
  }

  private String matches(IntFunction<String> left, IntFunction<String> right) {
    StringJoiner all = new StringJoiner(" AND ");
    for (int i : key) {
      all.add(left.apply(i) + comparison(shape.columns().get(i)) + right.apply(i));
    }
    return all.toString();
  }

  private static String comparison(Field column) {
    boolean nullable = !"false".equals(column.getMetadata().get(BatchColumns.META_PG_NULLABLE));
    return nullable ? " IS NOT DISTINCT FROM " : " = ";
  }

  private String sourceName(int column) {
    return quote(shape.columns().get(column).getName());
  }

  private String keyColumns(IntFunction<String> name) {
    return IntStream.of(key).mapToObj(name).collect(Collectors.joining(", "));
  }

  private String dataColumns(IntFunction<String> name) {
    return IntStream.range(0, shape.columns().size())
        .mapToObj(name)
        .collect(Collectors.joining(", "));
  }

  /** A string for SQL. */
  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** Applied to names of our own when a list of them is wanted. */
  static String list(List<String> items, UnaryOperator<String> form) {
    return items.stream().map(form).collect(Collectors.joining(", ", "[", "]"));
  }
}
