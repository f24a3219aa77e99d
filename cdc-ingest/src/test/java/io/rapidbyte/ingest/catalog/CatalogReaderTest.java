package io.rapidbyte.ingest.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.ingest.catalog.ColumnInfo.Generated;
import io.rapidbyte.schemas.condition.Ordering;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CatalogReaderTest {
  private TestDatabase database;
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    database = SharedPostgres.database();
    connection = database.connect();
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
    database.close();
  }

  private TableInfo table(String name) {
    return new CatalogReader(connection).table(new TableName("public", name)).orElseThrow();
  }

  private PgType type(TableInfo table, String column) {
    return table.column(column).orElseThrow().type();
  }

  @Test
  void describesTypesDownToTheirParts() throws SQLException {
    database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        "ALTER TYPE mood ADD VALUE 'low' BEFORE 'ok'",
        "CREATE DOMAIN cents AS numeric(12,2)",
        "CREATE DOMAIN wallet AS cents[]",
        "CREATE TYPE point3 AS (x int, tags text[], feeling mood, \"Odd\" varchar(7))",
        """
        CREATE TABLE types (id int PRIMARY KEY, n numeric(10,3), free numeric, v varchar(20),
          tz timestamptz(3), iv interval, m mood, c cents, w wallet, p point3, ps point3[],
          grid int[][], vec oidvector, r int4range, ch "char", b bit(3), j jsonb)\
        """);
    TableInfo table = table("types");
    assertThat(type(table, "id")).isEqualTo(new PgType.Base(23, "integer", -1));
    assertThat(type(table, "n")).isEqualTo(new PgType.Base(1700, "numeric", (10 << 16 | 3) + 4));
    assertThat(type(table, "free")).isEqualTo(new PgType.Base(1700, "numeric", -1));
    assertThat(type(table, "v")).isEqualTo(new PgType.Base(1043, "character varying", 24));
    assertThat(type(table, "tz")).isEqualTo(new PgType.Base(1184, "timestamp with time zone", 3));
    assertThat(type(table, "m"))
        .isInstanceOfSatisfying(
            PgType.Enumeration.class,
            m -> {
              assertThat(m.name()).isEqualTo("mood");
              assertThat(m.labels()).containsExactly("sad", "low", "ok");
            });
    assertThat(type(table, "c").unwrapped())
        .isEqualTo(new PgType.Base(1700, "numeric", (12 << 16 | 2) + 4));
    assertThat(type(table, "w").unwrapped())
        .isInstanceOfSatisfying(
            PgType.Array.class, w -> assertThat(w.element().name()).isEqualTo("cents"));
    assertThat(type(table, "p"))
        .isInstanceOfSatisfying(
            PgType.Composite.class,
            p -> {
              assertThat(p.attributes())
                  .map(PgType.Attribute::name)
                  .containsExactly("x", "tags", "feeling", "Odd");
              assertThat(p.attributes().get(1).type()).isInstanceOf(PgType.Array.class);
              assertThat(p.attributes().get(3).type())
                  .isEqualTo(new PgType.Base(1043, "character varying", 11));
            });
    assertThat(type(table, "ps").name()).isEqualTo("point3[]");
    assertThat(type(table, "grid"))
        .isEqualTo(new PgType.Array(1007, "integer[]", new PgType.Base(23, "integer", -1), 2));
    assertThat(type(table, "vec")).isInstanceOf(PgType.Base.class);
  }

  @Test
  void hidesPartitionsBehindTheirRootAndSumsTheirSizes() throws SQLException {
    database.execute(
        "CREATE TABLE p (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000) PARTITION BY RANGE (id)",
        "CREATE TABLE p11 PARTITION OF p1 FOR VALUES FROM (0) TO (500)",
        "CREATE TABLE p12 PARTITION OF p1 FOR VALUES FROM (500) TO (1000)",
        "INSERT INTO p SELECT i, 'x' FROM generate_series(0, 999) i",
        "ANALYZE p11, p12");
    Discovery discovery = new CatalogReader(connection).discover();
    assertThat(discovery.tables()).map(t -> t.name().toString()).containsExactly("public.p");
    TableInfo table = discovery.tables().get(0);
    assertThat(table.partitioned()).isTrue();
    assertThat(table.size().rows()).isEqualTo(1000);
    assertThat(table.size().pages()).isPositive();
    assertThat(table.keys().partitions()).isEmpty();
    assertThat(table.column("note").orElseThrow().toastable()).isTrue();
    database.execute("ALTER TABLE p12 REPLICA IDENTITY FULL");
    assertThat(table("p").keys().partitions())
        .map(part -> part.name().toString())
        .containsExactly("public.p12");
  }

  @Test
  void tellsIdentitiesApart() throws SQLException {
    database.execute(
        "CREATE TABLE a (x int, y int, z text NOT NULL, PRIMARY KEY (y, x))",
        "CREATE UNIQUE INDEX a_z ON a (z) INCLUDE (x)");
    assertThat(table("a").keys().primaryKey()).containsExactly("y", "x");
    assertThat(table("a").keys().identity())
        .isEqualTo(new Identity(ReplicaIdentity.DEFAULT, List.of("y", "x")));
    database.execute("ALTER TABLE a REPLICA IDENTITY USING INDEX a_z");
    assertThat(table("a").keys().identity())
        .isEqualTo(new Identity(ReplicaIdentity.INDEX, List.of("z")));
    database.execute("DROP INDEX a_z");
    assertThat(table("a").identifies()).isFalse();
    database.execute("ALTER TABLE a REPLICA IDENTITY FULL");
    assertThat(table("a").identityCovers(List.of("x", "z"))).isTrue();
    database.execute("ALTER TABLE a REPLICA IDENTITY NOTHING");
    assertThat(table("a").identifies()).isFalse();
  }

  @Test
  void knowsWhatMayBeMissingFromTheLogAndHowTextCompares() throws SQLException {
    database.execute(
        """
        CREATE TABLE a (id int PRIMARY KEY, short varchar(5), n numeric(12,2), long text,
          plain text COLLATE "C", s int GENERATED ALWAYS AS (id + 1) STORED,
          v int GENERATED ALWAYS AS (id + 1) VIRTUAL)\
        """,
        "CREATE TABLE small (id int PRIMARY KEY, short varchar(50))");
    TableInfo table = table("a");
    assertThat(table.columns().stream().filter(ColumnInfo::toastable).map(ColumnInfo::name))
        .containsExactly("long", "plain");
    assertThat(table.column("plain").orElseThrow().ordering()).isEqualTo(Ordering.BYTES);
    assertThat(table.column("id").orElseThrow().ordering()).isEqualTo(Ordering.NONE);
    assertThat(table.column("s").orElseThrow().generated()).isEqualTo(Generated.STORED);
    assertThat(table.column("v").orElseThrow().generated()).isEqualTo(Generated.VIRTUAL);
    assertThat(table("small").columns()).noneMatch(ColumnInfo::toastable);
  }

  @Test
  void skipsWhatIsNotInTheLogAndSaysWhy() throws SQLException {
    database.execute(
        "CREATE UNLOGGED TABLE u (id int PRIMARY KEY)", "CREATE VIEW v AS SELECT 1 AS one");
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMPORARY TABLE t (id int)");
    }
    Discovery discovery = new CatalogReader(connection).discover();
    assertThat(discovery.tables()).isEmpty();
    assertThat(discovery.skipped())
        .map(s -> s.name().table() + " " + s.reason().replaceFirst(":.*", ""))
        .containsExactlyInAnyOrder("t is temporary", "u is unlogged", "v is a view");
  }

  @Test
  void makesTheSelectedStream() throws SQLException {
    database.execute(
        """
        CREATE TABLE a (id int PRIMARY KEY, amount numeric, gone int,
          v int GENERATED ALWAYS AS (id + 1) VIRTUAL, s int GENERATED ALWAYS AS (id) STORED)\
        """,
        "ALTER TABLE a DROP COLUMN gone");
    TableInfo table = table("a");
    ServerVersion server = new ServerVersion(180_006);
    StreamSchema whole = StreamSchemas.of(table, spec(null, null), server, 1);
    assertThat(whole.columns()).map(Column::name).containsExactly("id", "amount", "s");
    assertThat(whole.key()).containsExactly("id");
    StreamSchema older = StreamSchemas.of(table, spec(null, null), new ServerVersion(170_011), 1);
    assertThat(older.columns()).map(Column::name).containsExactly("id", "amount");
    List<StreamSpec.ColumnSpec> selected =
        List.of(
            new StreamSpec.ColumnSpec("amount", "decimal(18,2)"),
            new StreamSpec.ColumnSpec("id", null));
    StreamSchema some = StreamSchemas.of(table, spec(selected, null), server, 1);
    assertThat(some.columns()).map(Column::name).containsExactly("id", "amount");
    assertThat(some.columns().get(1).as()).isEqualTo("decimal(18,2)");
    refuses(
        table,
        spec(List.of(new StreamSpec.ColumnSpec("amuont", null)), null),
        "did you mean amount?");
    refuses(
        table, spec(List.of(new StreamSpec.ColumnSpec("amount", null)), null), "add id to columns");
    refuses(
        table, spec(List.of(new StreamSpec.ColumnSpec("v", null)), null), "leave v out of columns");
    refuses(table, spec(null, List.of("idd")), "did you mean id?");
  }

  private static void refuses(TableInfo table, StreamSpec spec, String fix) {
    assertThatThrownBy(() -> StreamSchemas.of(table, spec, new ServerVersion(180_006), 1))
        .isInstanceOfSatisfying(
            RapidbyteException.class, e -> assertThat(e.error().fix()).isEqualTo(fix));
  }

  private static StreamSpec spec(
      @Nullable List<StreamSpec.ColumnSpec> columns, @Nullable List<String> key) {
    return new StreamSpec("public.a", List.of(), columns, null, key, null, null, null);
  }
}
