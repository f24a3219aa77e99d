package io.rapidbyte.ingest.differential;

import io.rapidbyte.ingest.catalog.TypeCatalog;
import io.rapidbyte.ingest.codec.TypeCase;
import io.rapidbyte.schemas.type.ArrowTypes;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.workload.Operation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A table for each type: its values in {@code v}, and in {@code judge} what Postgres itself prints
 * for them.
 */
final class TypeTables {
  private static final int RANDOM_VALUES = 3;
  private static final int UPDATES = 2;
  private static final int TWIN = 1000;

  /** What makes the peer fail where it is in the database at all. */
  private static final Set<String> FATAL_TO_PEER = Set.of("feeling");

  private TypeTables() {}

  /** Values that stop the peer, by type: they go into a table that it does not read. */
  private static final Map<String, Set<String>> STOPS_PEER =
      Map.of("timetz", Set.of("'24:00:00+15:59:59'"));

  /** The first letter of tables that only the native source reads. */
  static final String ALONE = "n";

  /**
   * A type's table.
   *
   * @param binary whether its values can be read in their binary form
   */
  record TypeTable(String name, TypeCase type, boolean binary) {
    boolean alone() {
      return name.startsWith(ALONE);
    }
  }

  /** Creates the tables of every type that the version has. */
  static List<TypeTable> create(TestDatabase database, int major) throws SQLException {
    List<TypeTable> tables = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement sql = connection.createStatement()) {
      for (TypeCase type : TypeCase.of(major)) {
        if (FATAL_TO_PEER.contains(type.type())) {
          continue;
        }
        boolean binary = decodesBinary(connection, type.type());
        Set<String> stops = STOPS_PEER.getOrDefault(type.type(), Set.of());
        tables.add(table("t", tables.size(), type.without(stops), binary));
        TypeCase alone = type.only(stops);
        if (!alone.values().isEmpty()) {
          tables.add(table(ALONE, tables.size(), alone, binary));
        }
      }
      for (TypeTable table : tables) {
        sql.execute(
            "CREATE TABLE %s (id int PRIMARY KEY, v %s, judge text)"
                .formatted(table.name(), table.type().type()));
      }
    }
    return tables;
  }

  private static TypeTable table(String letter, int number, TypeCase type, boolean binary) {
    String slug = type.type().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    return new TypeTable("%s%03d_%s".formatted(letter, number, slug), type, binary);
  }

  /** Whether a type's values can be read in their binary form. */
  static boolean decodesBinary(Connection connection, String type) throws SQLException {
    return ArrowTypes.decodesBinary(type(connection, type));
  }

  /** A type as the catalog has it for a column. */
  static PgType type(Connection connection, String type) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute("CREATE TABLE probe (v " + type + ")");
      try (ResultSet found =
          sql.executeQuery(
              "SELECT atttypid, atttypmod, attndims FROM pg_attribute WHERE attname = 'v' AND"
                  + " attrelid = 'probe'::regclass")) {
        found.next();
        int oid = (int) found.getLong(1);
        return new TypeCatalog(connection).type(oid, found.getInt(2), found.getInt(3));
      } finally {
        sql.execute("DROP TABLE probe");
      }
    }
  }

  /** What is written into a type's table: every value inserted, updated away and deleted. */
  static Operation operation(TypeTable table, RandomGenerator random) {
    List<String> values = new ArrayList<>(table.type().values());
    for (int i = 0; i < RANDOM_VALUES && !table.alone(); i++) {
      RandomValues.of(table.type().type(), random).ifPresent(values::add);
    }
    values.add("NULL");
    String title = (table.alone() ? "alone: " : "type ") + table.type().title();
    Operation writes = Operation.named(title, table.name());
    if (random.nextInt(4) > 0) {
      writes.setup("ALTER TABLE " + table.name() + " REPLICA IDENTITY FULL");
    }
    writes.transaction(insert(table, values, 0), insert(table, values, TWIN));
    for (int i = 0; i < UPDATES; i++) {
      String value = cast(table, values.get(random.nextInt(values.size())));
      writes.run(
          "UPDATE %s SET v = %s, judge = %s WHERE id = %d"
              .formatted(table.name(), value, judge(value), random.nextInt(values.size())));
    }
    writes.transaction(
        "UPDATE %s SET v = NULL, judge = NULL WHERE id >= %d".formatted(table.name(), TWIN),
        "DELETE FROM " + table.name() + " WHERE id < " + TWIN);
    return writes;
  }

  private static String insert(TypeTable table, List<String> values, int from) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String value = cast(table, values.get(i));
      rows.add("(%d, %s, %s)".formatted(from + i, value, judge(value)));
    }
    return "INSERT INTO %s VALUES %s".formatted(table.name(), String.join(", ", rows));
  }

  private static String cast(TypeTable table, String value) {
    return "CAST((%s) AS %s)".formatted(value, table.type().type());
  }

  /** By the type's own output function; a cast to text may change the value, as of char(n). */
  private static String judge(String value) {
    return "CASE WHEN num_nulls(%s) = 1 THEN NULL ELSE format('%%s', %s) END"
        .formatted(value, value);
  }
}
