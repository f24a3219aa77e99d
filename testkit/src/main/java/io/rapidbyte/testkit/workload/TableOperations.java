package io.rapidbyte.testkit.workload;

import static io.rapidbyte.testkit.workload.Operation.named;

import java.util.List;

/** What tables are, and what may become of them. */
final class TableOperations {
  private static final String LARGE =
      "(SELECT string_agg(md5(i::text || '%s'), '') FROM generate_series(1, 300) i)";

  private TableOperations() {}

  private static Operation of(String name, String table) {
    return named(name, table)
        .setup("CREATE TABLE %s (id int PRIMARY KEY, v text)".formatted(table))
        .run("INSERT INTO %s VALUES (1, 'a')".formatted(table));
  }

  static List<Operation> all() {
    return java.util.stream.Stream.of(large(), identities(), partitions(), columns(), others())
        .flatMap(List::stream)
        .toList();
  }

  private static Operation large(String name, String table, String... more) {
    return named(name, table)
        .setup(
            "CREATE TABLE %s (id int PRIMARY KEY, n int, big text, raw bytea, list int[])"
                .formatted(table),
            "ALTER TABLE %s ALTER big SET STORAGE EXTERNAL, ALTER raw SET STORAGE EXTERNAL, ALTER"
                    .formatted(table)
                + " list SET STORAGE EXTERNAL")
        .setup(more);
  }

  private static String row(String table, int id) {
    return ("INSERT INTO %s VALUES (%d, 1, "
            + LARGE
            + ", convert_to("
            + LARGE
            + ", 'UTF8'),"
            + " (SELECT array_agg(i) FROM generate_series(1, 3000) i))")
        .formatted(table, id, id, id);
  }

  private static List<Operation> large() {
    return List.of(
        large("update with unchanged large values", "d_large")
            .run(
                row("d_large", 1),
                "UPDATE d_large SET n = 2",
                "UPDATE d_large SET big = 'small'",
                "DELETE FROM d_large"),
        large("update of a row of its own transaction", "d_fresh")
            .transaction(row("d_fresh", 1), "UPDATE d_fresh SET n = 2", "UPDATE d_fresh SET n = 3"),
        large("key change with unchanged large values", "d_moved")
            .run(row("d_moved", 1), "UPDATE d_moved SET id = 2"),
        large(
                "unchanged large values under FULL",
                "d_whole",
                "ALTER TABLE d_whole REPLICA IDENTITY FULL")
            .run(
                row("d_whole", 1),
                "UPDATE d_whole SET n = 2",
                "UPDATE d_whole SET id = 2",
                "DELETE FROM d_whole"));
  }

  private static List<Operation> identities() {
    return List.of(
        of("REPLICA IDENTITY FULL", "d_full")
            .setup("ALTER TABLE d_full REPLICA IDENTITY FULL")
            .run(
                "INSERT INTO d_full VALUES (2, NULL)",
                "UPDATE d_full SET v = 'b'",
                "UPDATE d_full SET id = 20 WHERE id = 2",
                "DELETE FROM d_full"),
        named("REPLICA IDENTITY FULL without a key", "d_keyless")
            .setup(
                "CREATE TABLE d_keyless (a int, b text)",
                "ALTER TABLE d_keyless REPLICA IDENTITY FULL")
            .run("INSERT INTO d_keyless VALUES (1, 'a'), (1, 'a'), (NULL, NULL)"),
        named("REPLICA IDENTITY USING INDEX", "d_index")
            .setup(
                "CREATE TABLE d_index (id int PRIMARY KEY, code text NOT NULL UNIQUE, v text)",
                "ALTER TABLE d_index REPLICA IDENTITY USING INDEX d_index_code_key")
            .run(
                "INSERT INTO d_index VALUES (1, 'a', 'x'), (2, 'b', 'y')",
                "UPDATE d_index SET v = 'z' WHERE id = 1",
                "DELETE FROM d_index WHERE id = 2"),
        named("REPLICA IDENTITY NOTHING", "d_nothing")
            .setup(
                "CREATE TABLE d_nothing (id int PRIMARY KEY, v text)",
                "ALTER TABLE d_nothing REPLICA IDENTITY NOTHING")
            .run("INSERT INTO d_nothing VALUES (1, 'a'), (2, NULL)"),
        of("REPLICA IDENTITY changed", "d_switch")
            .run(
                "UPDATE d_switch SET v = 'b'",
                "ALTER TABLE d_switch REPLICA IDENTITY FULL",
                "UPDATE d_switch SET v = 'c'",
                "ALTER TABLE d_switch REPLICA IDENTITY DEFAULT",
                "UPDATE d_switch SET v = 'd'",
                "DELETE FROM d_switch"));
  }

  private static List<Operation> partitions() {
    return List.of(
        named("partitions, and rows that move between them", "d_root")
            .setup(
                "CREATE TABLE d_root (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                "CREATE TABLE d_root_low PARTITION OF d_root FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE d_root_high PARTITION OF d_root FOR VALUES FROM (100) TO (200)")
            .run(
                "INSERT INTO d_root VALUES (1, 'a'), (101, 'b')",
                "INSERT INTO d_root_low VALUES (2, 'straight')",
                "UPDATE d_root SET v = 'c'",
                "UPDATE d_root SET id = 102 WHERE id = 1",
                "DELETE FROM d_root WHERE id = 101",
                "TRUNCATE d_root"),
        named("partition added, attached and detached", "d_parts")
            .setup(
                "CREATE TABLE d_parts (id int PRIMARY KEY, v text) PARTITION BY LIST (id)",
                "CREATE TABLE d_parts_1 PARTITION OF d_parts FOR VALUES IN (1)")
            .run(
                "INSERT INTO d_parts VALUES (1, 'a')",
                "CREATE TABLE d_parts_2 PARTITION OF d_parts FOR VALUES IN (2)",
                "INSERT INTO d_parts VALUES (2, 'b')",
                "CREATE TABLE d_parts_3 (v text, id int NOT NULL)",
                "ALTER TABLE d_parts ATTACH PARTITION d_parts_3 FOR VALUES IN (3)",
                "INSERT INTO d_parts VALUES (3, 'c')",
                "UPDATE d_parts SET v = 'd'",
                "ALTER TABLE d_parts DETACH PARTITION d_parts_1",
                "INSERT INTO d_parts VALUES (3, 'e') ON CONFLICT (id) DO UPDATE SET v = 'e'"));
  }

  private static List<Operation> columns() {
    return List.of(
        of("column added", "d_add")
            .run("ALTER TABLE d_add ADD n int", "INSERT INTO d_add VALUES (2, 'b', 5)")
            .run("UPDATE d_add SET n = 6 WHERE id = 1"),
        of("column added with a default", "d_default")
            .run(
                "ALTER TABLE d_default ADD n int NOT NULL DEFAULT 7",
                "UPDATE d_default SET v = 'b'",
                "INSERT INTO d_default VALUES (2, 'c')"),
        of("column added in mid-transaction", "d_mid")
            .transaction(
                "INSERT INTO d_mid VALUES (2, 'before')",
                "ALTER TABLE d_mid ADD n int",
                "INSERT INTO d_mid VALUES (3, 'behind', 3)",
                "ALTER TABLE d_mid ADD m int",
                "INSERT INTO d_mid VALUES (4, 'behind', 3, 4)"),
        of("column dropped", "d_drop")
            .setup("ALTER TABLE d_drop ADD gone int DEFAULT 1, ADD stays int DEFAULT 2")
            .run("ALTER TABLE d_drop DROP gone", "INSERT INTO d_drop VALUES (2, 'b', 5)"),
        of("column dropped in mid-transaction", "d_dropped")
            .setup("ALTER TABLE d_dropped ADD gone int DEFAULT 1")
            .transaction(
                "INSERT INTO d_dropped VALUES (2, 'b', 5)",
                "ALTER TABLE d_dropped DROP gone",
                "INSERT INTO d_dropped VALUES (3, 'c')"),
        of("column added in a transaction rolled back", "d_undone")
            .block(
                Operation.first("BEGIN"),
                Operation.first("ALTER TABLE d_undone ADD n int"),
                Operation.first("INSERT INTO d_undone VALUES (2, 'b', 5)"),
                Operation.first("ROLLBACK"))
            .run("INSERT INTO d_undone VALUES (3, 'c')"),
        of("column renamed", "d_rename")
            .run("ALTER TABLE d_rename RENAME v TO w", "INSERT INTO d_rename VALUES (2, 'b')"),
        of("column dropped and added under its name", "d_reborn")
            .run(
                "ALTER TABLE d_reborn DROP v",
                "ALTER TABLE d_reborn ADD v int",
                "INSERT INTO d_reborn VALUES (2, 5)"),
        named("type changed", "d_type")
            .setup("CREATE TABLE d_type (id int PRIMARY KEY, a int, b text, c numeric(8,2))")
            .run(
                "INSERT INTO d_type VALUES (1, 1, '1', 1)",
                "ALTER TABLE d_type ALTER a TYPE bigint",
                "INSERT INTO d_type VALUES (2, 9223372036854775807, '2', 2)",
                "ALTER TABLE d_type ALTER b TYPE int USING b::int",
                "INSERT INTO d_type VALUES (3, 3, 3, 3)",
                "ALTER TABLE d_type ALTER c TYPE numeric(12,4)",
                "INSERT INTO d_type VALUES (4, 4, 4, 4.1234)",
                "UPDATE d_type SET b = 5"),
        of("NOT NULL set and dropped", "d_not_null")
            .run(
                "ALTER TABLE d_not_null ALTER v SET NOT NULL",
                "INSERT INTO d_not_null VALUES (2, 'b')",
                "ALTER TABLE d_not_null ALTER v DROP NOT NULL",
                "INSERT INTO d_not_null VALUES (3, NULL)"),
        named("enum value added", "d_enum")
            .setup(
                "CREATE TYPE light AS ENUM ('red', 'green')",
                "CREATE TABLE d_enum (id int PRIMARY KEY, v light, w light[])")
            .run(
                "INSERT INTO d_enum VALUES (1, 'red', '{green}')",
                "ALTER TYPE light ADD VALUE 'amber' BEFORE 'green'",
                "INSERT INTO d_enum VALUES (2, 'amber', '{red,amber,NULL}')",
                "ALTER TYPE light RENAME VALUE 'red' TO 'crimson'",
                "INSERT INTO d_enum VALUES (3, 'crimson', '{crimson}')"));
  }

  private static List<Operation> others() {
    return List.of(
        of("unlogged table", "d_unlogged")
            .run(
                "CREATE UNLOGGED TABLE d_unlogged_own (id int PRIMARY KEY)",
                "INSERT INTO d_unlogged_own VALUES (1)",
                "INSERT INTO d_unlogged VALUES (2, 'b')"),
        of("temporary table", "d_temporary")
            .run(
                "CREATE TEMP TABLE d_temporary_own (id int PRIMARY KEY)",
                "INSERT INTO d_temporary_own VALUES (1)",
                "INSERT INTO d_temporary VALUES (2, 'b')"),
        named("inherited table", "d_heir", "d_heir_own")
            .setup(
                "CREATE TABLE d_heir (id int PRIMARY KEY, v text)",
                "CREATE TABLE d_heir_own (more int, PRIMARY KEY (id)) INHERITS (d_heir)")
            .run(
                "INSERT INTO d_heir VALUES (1, 'a')",
                "INSERT INTO d_heir_own VALUES (2, 'b', 3)",
                "UPDATE d_heir SET v = 'c'"),
        named("quoted names", "d \"quoted\"; DROP TABLE t; --")
            .setup(
                "CREATE TABLE \"d \"\"quoted\"\"; DROP TABLE t; --\" (\"the id\" int PRIMARY KEY,"
                    + " \"Ü\"\"日本\" text, \"select\" int)")
            .run(
                "INSERT INTO \"d \"\"quoted\"\"; DROP TABLE t; --\" VALUES (1, 'a', 2)",
                "UPDATE \"d \"\"quoted\"\"; DROP TABLE t; --\" SET \"Ü\"\"日本\" = 'b'",
                "DELETE FROM \"d \"\"quoted\"\"; DROP TABLE t; --\""));
  }
}
