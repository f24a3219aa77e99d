package io.rapidbyte.testkit.workload;

import static io.rapidbyte.testkit.workload.Operation.first;
import static io.rapidbyte.testkit.workload.Operation.named;
import static io.rapidbyte.testkit.workload.Operation.second;

import java.util.List;

/** What transactions may be made of. */
final class TransactionOperations {
  private TransactionOperations() {}

  private static Operation of(String name, String table) {
    return named(name, table)
        .setup("CREATE TABLE %s (id int PRIMARY KEY, v text)".formatted(table));
  }

  static List<Operation> all() {
    return java.util.stream.Stream.of(nested(), whole(), truncates(), messages())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Operation> nested() {
    return List.of(
        of("savepoint rolled back", "x_save")
            .transaction(
                "INSERT INTO x_save VALUES (1, 'kept')",
                "SAVEPOINT s",
                "INSERT INTO x_save VALUES (2, 'gone')",
                "UPDATE x_save SET v = 'gone' WHERE id = 1",
                "ROLLBACK TO s",
                "INSERT INTO x_save VALUES (3, 'kept')"),
        of("savepoints within savepoints", "x_nested")
            .transaction(
                "SAVEPOINT a",
                "INSERT INTO x_nested VALUES (1, 'a')",
                "SAVEPOINT b",
                "INSERT INTO x_nested VALUES (2, 'b')",
                "SAVEPOINT c",
                "INSERT INTO x_nested VALUES (3, 'c')",
                "ROLLBACK TO c",
                "RELEASE b",
                "INSERT INTO x_nested VALUES (4, 'd')",
                "RELEASE a"),
        of("errors that a procedure catches", "x_caught")
            .run(
                "DO $$ BEGIN FOR i IN 1..5 LOOP BEGIN INSERT INTO x_caught VALUES (i, 'v'); IF i %"
                    + " 2 = 0 THEN RAISE 'no'; END IF; EXCEPTION WHEN raise_exception THEN NULL;"
                    + " END; END LOOP; END $$"),
        of("many subtransactions", "x_many")
            .run(
                "DO $$ BEGIN FOR i IN 1..200 LOOP BEGIN INSERT INTO x_many VALUES (i, 'v');"
                    + " EXCEPTION WHEN others THEN NULL; END; END LOOP; END $$"),
        of("a procedure that commits", "x_procedure")
            .setup(
                "CREATE PROCEDURE x_procedure_run() LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1..4 LOOP"
                    + " INSERT INTO x_procedure VALUES (i, 'v'); COMMIT; END LOOP; END $$")
            .run("CALL x_procedure_run()"));
  }

  private static List<Operation> whole() {
    return List.of(
        of("transaction rolled back", "x_back")
            .block(
                first("BEGIN"), first("INSERT INTO x_back VALUES (1, 'gone')"), first("ROLLBACK"))
            .run("INSERT INTO x_back VALUES (2, 'kept')"),
        of("prepared transaction committed", "x_prepared")
            .block(
                first("BEGIN"),
                first("INSERT INTO x_prepared VALUES (1, 'a')"),
                first("PREPARE TRANSACTION 'x_prepared'"))
            .run("INSERT INTO x_prepared VALUES (2, 'before')", "COMMIT PREPARED 'x_prepared'")
            .run("UPDATE x_prepared SET v = 'b'"),
        of("prepared transaction rolled back", "x_unprepared")
            .block(
                first("BEGIN"),
                first("INSERT INTO x_unprepared VALUES (1, 'gone')"),
                first("PREPARE TRANSACTION 'x_unprepared'"))
            .run("ROLLBACK PREPARED 'x_unprepared'", "INSERT INTO x_unprepared VALUES (2, 'b')"),
        of("transactions at the same time", "x_both")
            .block(
                first("BEGIN"),
                second("BEGIN"),
                first("INSERT INTO x_both VALUES (1, 'first')"),
                second("INSERT INTO x_both VALUES (2, 'second')"),
                first("INSERT INTO x_both VALUES (3, 'first')"),
                second("COMMIT"),
                first("UPDATE x_both SET v = 'first again'"),
                first("COMMIT")),
        of("large transaction", "x_large")
            .transaction(
                "INSERT INTO x_large SELECT i, repeat(md5(i::text), 8) FROM generate_series(1,"
                    + " 4000) i",
                "UPDATE x_large SET v = 'x' || v WHERE id % 4 = 0",
                "DELETE FROM x_large WHERE id % 5 = 0"),
        of("asynchronous commit", "x_async")
            .transaction(
                "SET LOCAL synchronous_commit = off", "INSERT INTO x_async VALUES (1, 'a')"));
  }

  private static List<Operation> truncates() {
    return List.of(
        of("truncate", "x_truncate")
            .run(
                "INSERT INTO x_truncate VALUES (1, 'a')",
                "TRUNCATE x_truncate",
                "INSERT INTO x_truncate VALUES (1, 'b')"),
        of("truncate of an empty table", "x_hollow").run("TRUNCATE x_hollow"),
        named("truncate of several tables", "x_one", "x_two", "x_three")
            .setup(
                "CREATE TABLE x_one (id int PRIMARY KEY)",
                "CREATE TABLE x_two (id int PRIMARY KEY)",
                "CREATE TABLE x_three (id int PRIMARY KEY)")
            .run(
                "INSERT INTO x_one VALUES (1)",
                "INSERT INTO x_two VALUES (2)",
                "INSERT INTO x_three VALUES (3)",
                "TRUNCATE x_three, x_one, x_two"),
        named("truncate cascade", "x_above", "x_below")
            .setup(
                "CREATE TABLE x_above (id int PRIMARY KEY)",
                "CREATE TABLE x_below (id int PRIMARY KEY, above int REFERENCES x_above)")
            .run(
                "INSERT INTO x_above VALUES (1)",
                "INSERT INTO x_below VALUES (1, 1)",
                "TRUNCATE x_above CASCADE"),
        named("truncate restart identity", "x_restart")
            .setup(
                "CREATE TABLE x_restart (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int)")
            .run("INSERT INTO x_restart (v) VALUES (1), (2)")
            .transaction(
                "TRUNCATE x_restart RESTART IDENTITY", "INSERT INTO x_restart (v) VALUES (3)"));
  }

  private static List<Operation> messages() {
    return List.of(
        named("logical message of a transaction", "x_said", Operation.MESSAGES)
            .setup("CREATE TABLE x_said (id int PRIMARY KEY)")
            .transaction(
                "INSERT INTO x_said VALUES (1)",
                "SELECT pg_logical_emit_message(true, 'shop', 'within')",
                "INSERT INTO x_said VALUES (2)"),
        named("logical message of no transaction")
            .run("SELECT pg_logical_emit_message(false, 'shop', 'without')"),
        named("logical message of a transaction rolled back")
            .block(
                first("BEGIN"),
                first("SELECT pg_logical_emit_message(true, 'shop', 'gone')"),
                first("ROLLBACK")));
  }
}
