package io.rapidbyte.sink.postgres;

import static java.util.stream.Collectors.joining;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The SQL by which one table is written. Pure: text in, text out; every identifier is quoted.
 *
 * <p>The stage holds one row a key: {@code _rb_kind} is {@code d} for a key that goes, {@code u}
 * for a complete row, {@code p} for a row whose unchanged values stay in the table's row of the
 * same key, {@code b} for a row whose unchanged values come from the table's row of another key, in
 * {@code _rb_base_0 …}. {@code _rb_mask} has a bit for each unchanged column, lowest first.
 *
 * @param mode upsert or append
 * @param data the stream's data columns, in its order
 * @param key names of key columns, in key order
 * @param partitioned whether the table carries {@code _rb_partition}
 */
record TableSql(
    TableName table,
    WriteMode mode,
    List<TargetColumn> data,
    List<String> key,
    boolean partitioned) {
  static final String GENERATION = "_rb_generation";
  static final String PARTITION = "_rb_partition";
  static final String STAGE = "pg_temp._rb_stage";
  static final String DROP_STAGE = "DROP TABLE IF EXISTS " + STAGE;
  static final String EMPTY_STAGE = "TRUNCATE " + STAGE;
  static final String REFUSED = "pg_temp._rb_refused";
  static final String WANTED = "pg_temp._rb_wanted";
  static final String DROP_WANTED = "DROP TABLE IF EXISTS " + WANTED;

  /** Behind the data columns of an upsert table: name and type. */
  private static final List<TargetColumn> POSITION =
      List.of(
          new TargetColumn(GENERATION, "integer"),
          new TargetColumn("_rb_lsn", "pg_lsn"),
          new TargetColumn("_rb_ordinal", "bigint"));

  private static final TargetColumn PARTITION_COLUMN = new TargetColumn(PARTITION, "integer");

  private static final List<TargetColumn> CHANGE =
      List.of(
          new TargetColumn("_rb_op", "text"),
          new TargetColumn("_rb_lsn", "pg_lsn"),
          new TargetColumn("_rb_ordinal", "bigint"),
          new TargetColumn("_rb_xid", "bigint"),
          new TargetColumn("_rb_ts", "timestamp with time zone"),
          new TargetColumn(GENERATION, "integer"),
          new TargetColumn("_rb_unchanged", "text[]"));

  TableSql {
    data = List.copyOf(data);
    key = List.copyOf(key);
  }

  /** Our own columns, behind the stream's. */
  List<TargetColumn> ownColumns() {
    List<TargetColumn> columns = new ArrayList<>(mode == WriteMode.APPEND ? CHANGE : POSITION);
    if (partitioned) {
      columns.add(PARTITION_COLUMN);
    }
    return columns;
  }

  /** All columns of the table, in the order of its COPY. */
  List<TargetColumn> tableColumns() {
    return both(data, ownColumns());
  }

  /** Whether rows can go straight into the table, with the types in which they are sent. */
  boolean isExact() {
    return data.stream().allMatch(TargetColumn::isExact);
  }

  /** Creates the table. */
  String create() {
    String constraint = mode == WriteMode.APPEND ? "" : ", PRIMARY KEY (" + names(key) + ")";
    return "CREATE TABLE %s (%s%s)"
        .formatted(
            table.quoted(), list(tableColumns(), c -> c.quoted() + " " + c.wanted()), constraint);
  }

  /** Adds a column. */
  String addColumn(TargetColumn column) {
    return "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s"
        .formatted(table.quoted(), column.quoted(), column.wanted());
  }

  /** Creates a table that is only there to be looked at: how does the catalog print these types? */
  String createWanted() {
    return "CREATE TEMPORARY TABLE _rb_wanted (%s) ON COMMIT DROP"
        .formatted(list(data, c -> c.quoted() + " " + c.wanted()));
  }

  /** Creates the stage; it empties itself at the end of each transaction. */
  String createStage() {
    return "CREATE TEMPORARY TABLE _rb_stage (%s) ON COMMIT DELETE ROWS"
        .formatted(list(stageColumns(), c -> c.quoted() + " " + c.sent()));
  }

  /** The stage's columns, in the order of its COPY. */
  List<TargetColumn> stageColumns() {
    List<TargetColumn> columns = tableColumns();
    if (mode == WriteMode.APPEND) {
      return columns;
    }
    columns.add(new TargetColumn("_rb_kind", "\"char\""));
    columns.add(new TargetColumn("_rb_row", "integer"));
    columns.add(new TargetColumn("_rb_mask", "bytea"));
    for (int i = 0; i < key.size(); i++) {
      columns.add(new TargetColumn("_rb_base_" + i, column(key.get(i)).sent()));
    }
    return columns;
  }

  /** Loads the stage: {@link #stageColumns}, binary. */
  String copyStage() {
    return copy(STAGE, stageColumns());
  }

  /** Loads the table: {@link #tableColumns}, binary. */
  String copyTable() {
    return copy(table.quoted(), tableColumns());
  }

  /** Adds all staged rows to the table. */
  String append() {
    List<TargetColumn> columns = tableColumns();
    return "INSERT INTO %s (%s) SELECT %s FROM %s s"
        .formatted(
            table.quoted(),
            list(columns, TargetColumn::quoted),
            list(columns, c -> c.asWanted("s." + c.quoted())),
            STAGE);
  }

  private static String copy(String into, List<TargetColumn> columns) {
    return "COPY %s (%s) FROM STDIN (FORMAT binary)"
        .formatted(into, list(columns, TargetColumn::quoted));
  }

  /** Takes a {@code b} row's unchanged values from its base and makes it a {@code u} row. */
  String rebase() {
    String values =
        assignments(
            i -> {
              TargetColumn column = data.get(i);
              String base = column.asSent("t." + column.quoted());
              return unchanged(i, base, "s." + column.quoted());
            });
    String sameKey =
        IntStream.range(0, key.size())
            .mapToObj(i -> equal(column(key.get(i)), "s._rb_base_" + i))
            .collect(joining(" AND "));
    return """
    UPDATE %s s SET %s_rb_kind = 'u' FROM %s t \
    WHERE s._rb_kind = 'b' AND %s AND t._rb_generation >= s._rb_generation\
    """
        .formatted(STAGE, values.isEmpty() ? "" : values + ", ", table.quoted(), sameKey);
  }

  /** Brings {@code p} rows into the table; unchanged values stay as they are, untouched. */
  String patch() {
    String values =
        assignments(
            i -> {
              TargetColumn column = data.get(i);
              String sent = column.asActual("s." + column.quoted());
              return unchanged(i, "t." + column.quoted(), sent);
            });
    String own = list(ownColumns(), c -> c.quoted() + " = s." + c.quoted());
    return """
    UPDATE %s t SET %s%s FROM %s s \
    WHERE s._rb_kind = 'p' AND %s AND t._rb_generation >= s._rb_generation\
    """
        .formatted(table.quoted(), values.isEmpty() ? "" : values + ", ", own, STAGE, sameKey());
  }

  /** Numbers of staged rows that wait for a base and have none, once rebase and patch are done. */
  String missingBase() {
    return """
    SELECT s._rb_row FROM %s s WHERE s._rb_kind = 'b' OR s._rb_kind = 'p' AND NOT EXISTS \
    (SELECT FROM %s t WHERE %s AND t._rb_generation >= s._rb_generation) ORDER BY 1\
    """
        .formatted(STAGE, table.quoted(), sameKey());
  }

  /** Removes the rows of {@code d} keys. */
  String delete() {
    return "DELETE FROM %s t USING %s s WHERE s._rb_kind = 'd' AND %s"
        .formatted(table.quoted(), STAGE, sameKey());
  }

  /** Removes the rows of {@code d} and {@code u} keys, so that none is in the way of another. */
  String deleteAll() {
    return "DELETE FROM %s t USING %s s WHERE s._rb_kind IN ('d', 'u') AND %s"
        .formatted(table.quoted(), STAGE, sameKey());
  }

  /** Puts {@code u} rows, in place of those of the same key. */
  String put() {
    return put("");
  }

  /** The table into which {@link #screen} writes: number, SQLSTATE, message, column, constraint. */
  String createRefused() {
    return "CREATE TEMPORARY TABLE _rb_refused (number integer, state text, message text,"
        + " attribute text, rule text) ON COMMIT DROP";
  }

  /**
   * Brings {@code d} and {@code u} rows into the table one by one, and writes down those of which
   * it refuses a value. A unique index that objects ends it: the rows' order decides there.
   */
  String screen() {
    String body =
        """
        #variable_conflict use_column
        DECLARE
          _rb_r record; _rb_s text; _rb_m text; _rb_a text; _rb_c text;
        BEGIN
          FOR _rb_r IN SELECT ctid AS place, _rb_row AS number, _rb_kind AS kind FROM %s
              WHERE _rb_kind IN ('d', 'u') ORDER BY 3, 2 LOOP
            BEGIN
              IF _rb_r.kind = 'd' THEN
                %s AND s.ctid = _rb_r.place;
              ELSE
                %s;
              END IF;
            EXCEPTION WHEN data_exception OR integrity_constraint_violation
                OR with_check_option_violation OR program_limit_exceeded THEN
              GET STACKED DIAGNOSTICS _rb_s = RETURNED_SQLSTATE, _rb_m = MESSAGE_TEXT,
                _rb_a = COLUMN_NAME, _rb_c = CONSTRAINT_NAME;
              IF _rb_s = '23505' THEN
                RAISE;
              END IF;
              INSERT INTO %s VALUES (_rb_r.number, _rb_s, _rb_m, _rb_a, _rb_c);
            END;
          END LOOP;
        END
        """
            .formatted(STAGE, delete(), put(" AND s.ctid = _rb_r.place"), REFUSED);
    String tag = "$rb$";
    for (int i = 0; body.contains(tag); i++) { // somebody may have named a column so
      tag = "$rb" + i + "$";
    }
    return "DO " + tag + body + tag;
  }

  private String put(String which) {
    List<TargetColumn> columns = tableColumns();
    String names = list(columns, TargetColumn::quoted);
    String values = list(columns, c -> c.asWanted("s." + c.quoted()));
    String update =
        columns.stream()
            .filter(c -> !key.contains(c.name()))
            .map(c -> c.quoted() + " = EXCLUDED." + c.quoted())
            .collect(joining(", "));
    return """
    INSERT INTO %s (%s) SELECT %s FROM %s s WHERE s._rb_kind = 'u'%s \
    ON CONFLICT (%s) DO UPDATE SET %s\
    """
        .formatted(table.quoted(), names, values, STAGE, which, names(key), update);
  }

  /** Empties the table. */
  String truncate() {
    return "TRUNCATE " + table.quoted();
  }

  /** Empties the table row by row, where it cannot be truncated. */
  String deleteEverything() {
    return "DELETE FROM " + table.quoted();
  }

  /** Removes a partition's rows below a position: partition, LSN, LSN, ordinal. */
  String truncatePartition() {
    return """
    DELETE FROM %s WHERE _rb_partition = ? \
    AND (_rb_lsn < ?::pg_lsn OR _rb_lsn = ?::pg_lsn AND _rb_ordinal < ?)\
    """
        .formatted(table.quoted());
  }

  /** Removes what is older than a generation: generation and, where partitioned, partition. */
  String deleteOlder() {
    return "DELETE FROM %s WHERE _rb_generation < ?%s"
        .formatted(table.quoted(), partitioned ? " AND _rb_partition = ?" : "");
  }

  /** Removes snapshot rows of generations between two: above the first, below the second. */
  String deleteUnfinished() {
    return "DELETE FROM %s WHERE _rb_op = 'r' AND _rb_generation > ? AND _rb_generation < ?%s"
        .formatted(table.quoted(), partitioned ? " AND _rb_partition = ?" : "");
  }

  private String sameKey() {
    return key.stream()
        .map(name -> equal(column(name), "s." + TableName.quote(name)))
        .collect(joining(" AND "));
  }

  private static String equal(TargetColumn column, String sent) {
    return "t." + column.quoted() + " = " + column.asActual(sent);
  }

  private String assignments(Function<Integer, String> value) {
    return IntStream.range(0, data.size())
        .filter(i -> !key.contains(data.get(i).name()))
        .mapToObj(i -> data.get(i).quoted() + " = " + value.apply(i))
        .collect(joining(", "));
  }

  private static String unchanged(int column, String kept, String sent) {
    return "CASE WHEN get_bit(s._rb_mask, %d) = 1 THEN %s ELSE %s END"
        .formatted(column, kept, sent);
  }

  private TargetColumn column(String name) {
    return data.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<TargetColumn> both(List<TargetColumn> first, List<TargetColumn> second) {
    List<TargetColumn> columns = new ArrayList<>(first);
    columns.addAll(second);
    return columns;
  }

  private static String names(List<String> names) {
    return names.stream().map(TableName::quote).collect(joining(", "));
  }

  private static String list(List<TargetColumn> columns, Function<TargetColumn, String> part) {
    return columns.stream().map(part).collect(joining(", "));
  }
}
