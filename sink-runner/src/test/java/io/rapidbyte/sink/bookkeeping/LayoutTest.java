package io.rapidbyte.sink.bookkeeping;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Undelivered;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Books that an earlier version kept are read on. */
final class LayoutTest {
  private static final PartitionId PARTITION = new PartitionId("shop.items", 0, "here", "topic");

  private static final TableName TABLE = new TableName("public", "items");

  @Test
  void readsOnInPostgresWhatAnEarlierVersionWrote() throws SQLException {
    try (var database = SharedPostgres.database();
        Connection connection = database.connect()) {
      run(
          connection,
          """
          CREATE SCHEMA _rapidbyte;
          CREATE TABLE _rapidbyte.checkpoint (
            pipeline text, destination text, topic text, partition integer,
            cluster_id text NOT NULL, topic_id text NOT NULL,
            next_offset bigint NOT NULL, fence bigint NOT NULL, schema_version integer NOT NULL,
            ended_generation integer NOT NULL DEFAULT 0,
            updated_at timestamp with time zone NOT NULL DEFAULT now(),
            PRIMARY KEY (pipeline, destination, topic, partition)) WITH (fillfactor = 50);
          CREATE TABLE _rapidbyte.outbox (
            pipeline text, destination text, topic text, partition integer, id text,
            sequence bigint GENERATED ALWAYS AS IDENTITY,
            key text NOT NULL, document bytea NOT NULL, held boolean NOT NULL,
            PRIMARY KEY (pipeline, destination, topic, partition, id));
          CREATE TABLE _rapidbyte.dead (
            pipeline text, destination text, topic text, partition integer, key text,
            PRIMARY KEY (pipeline, destination, topic, partition, key));
          CREATE TABLE _rapidbyte.owner (
            table_schema text, table_name text,
            pipeline text NOT NULL, destination text NOT NULL, stream text NOT NULL,
            PRIMARY KEY (table_schema, table_name));
          INSERT INTO _rapidbyte.checkpoint
          VALUES ('shop', 'w', 'shop.items', 0, 'here', 'topic', 41, 7, 3, 2);
          INSERT INTO _rapidbyte.outbox (pipeline, destination, topic, partition, id, key,
            document, held) VALUES ('shop', 'w', 'shop.items', 0, 'one', 'k1', 'x', false),
            ('shop', 'w', 'shop.items', 0, 'two', 'k2', 'x', true);
          INSERT INTO _rapidbyte.dead VALUES ('shop', 'w', 'shop.items', 0, 'k1')
          """);
      assertThat(Layout.isCurrent(connection, Dialect.POSTGRES)).isFalse();
      Layout.upgradePostgres(connection);
      Layout.create(connection, Dialect.POSTGRES);
      assertThat(Layout.isCurrent(connection, Dialect.POSTGRES)).isTrue();
      isReadOn(connection, new Bookkeeping(Dialect.POSTGRES, "shop", "w"));
    }
  }

  @Test
  void readsOnInDuckDbWhatAnEarlierVersionWrote() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      run(
          connection,
          """
          CREATE SCHEMA _rb;
          CREATE TABLE _rb.offsets (pipeline VARCHAR NOT NULL, destination VARCHAR NOT NULL,
            topic VARCHAR NOT NULL, kafka_partition INTEGER NOT NULL, cluster_id VARCHAR NOT NULL,
            topic_id VARCHAR NOT NULL, next_offset BIGINT NOT NULL, fence BIGINT NOT NULL,
            schema_version INTEGER NOT NULL, ended_generation INTEGER NOT NULL,
            applied_at TIMESTAMP WITH TIME ZONE,
            PRIMARY KEY (pipeline, destination, topic, kafka_partition));
          CREATE TABLE _rb.outbox (pipeline VARCHAR, destination VARCHAR, topic VARCHAR,
            kafka_partition INTEGER, id VARCHAR NOT NULL, row_key VARCHAR NOT NULL,
            document BLOB NOT NULL, held BOOLEAN NOT NULL,
            written_at TIMESTAMP WITH TIME ZONE DEFAULT now());
          CREATE TABLE _rb.dead (pipeline VARCHAR, destination VARCHAR, topic VARCHAR,
            kafka_partition INTEGER, row_key VARCHAR NOT NULL);
          INSERT INTO _rb.offsets
          VALUES ('shop', 'w', 'shop.items', 0, 'here', 'topic', 41, 7, 3, 2, now());
          INSERT INTO _rb.outbox (pipeline, destination, topic, kafka_partition, id, row_key,
            document, held) VALUES ('shop', 'w', 'shop.items', 0, 'one', 'k1', 'x', false),
            ('shop', 'w', 'shop.items', 0, 'two', 'k2', 'x', true);
          INSERT INTO _rb.dead VALUES ('shop', 'w', 'shop.items', 0, 'k1');
          """);
      Dialect dialect = Dialect.duckDb("memory");
      Layout.create(connection, dialect);
      Layout.upgradeDuckDb(connection, dialect);
      Layout.upgradeDuckDb(connection, dialect);
      isReadOn(connection, new Bookkeeping(dialect, "shop", "w"));
    }
  }

  private static void isReadOn(Connection connection, Bookkeeping books) throws SQLException {
    Claim claim = books.claim(connection, PARTITION, TABLE, "public.items");
    assertThat(claim)
        .isEqualTo(
            new Claim(
                PARTITION,
                8,
                41,
                3,
                new Claim.Generations(2, 2),
                Set.of("k1"),
                Map.of("two", "k2")));
    DeadLetter more = new DeadLetter("three", "k3", new byte[] {3}, false);
    books
        .outbox()
        .record(
            connection,
            PARTITION,
            new Undelivered(List.of(more), Set.of("k1", "k3"), Set.of(), Set.of("two"), Set.of()));
    assertThat(books.outbox().read(connection, PARTITION, 9))
        .extracting(DeadLetter::id)
        .containsExactly("one", "two", "three");
    assertThat(books.claim(connection, PARTITION, TABLE, "public.items").dead())
        .containsExactlyInAnyOrder("k1", "k3");
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
