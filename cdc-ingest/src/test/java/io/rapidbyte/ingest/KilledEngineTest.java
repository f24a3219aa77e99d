package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.spec.SourceSpec.Engine;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Killed with -9, and gone on by the same engine or the other: each change once in the topic, at
 * the place that every engine gives it.
 */
@Tag("chaos")
class KilledEngineTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ROWS = 1000;
  private static final int ROUNDS = 8;

  private final Fixture fixture = new Fixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource({
    "src.begin:4, DEBEZIUM, DEBEZIUM",
    "src.begin:5, NATIVE, DEBEZIUM",
    "src.chunk:3, DEBEZIUM, DEBEZIUM",
    "src.chunk:2, DEBEZIUM, NATIVE",
    "src.chunk:3, NATIVE, DEBEZIUM",
    "src.chunk:7, NATIVE, DEBEZIUM",
    "src.committed:2, DEBEZIUM, DEBEZIUM",
    "src.committed:5, DEBEZIUM, NATIVE",
    "src.committed:5, NATIVE, DEBEZIUM",
    "src.acked:3, DEBEZIUM, DEBEZIUM",
    "src.acked:2, DEBEZIUM, NATIVE",
    "src.heartbeat:1, DEBEZIUM, DEBEZIUM"
  })
  void everyChangeIsInTheTopicOnce(String failpoint, Engine first, Engine second) throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY, v text)");
    try (ForkedJvm doomed = IngestMain.fork(fixture.engine(first), failpoint)) {
      Fixture.until(() -> !doomed.isAlive() || doomed.output().contains("PHASE STREAMING"));
      write();
      assertThat(doomed.waitFor(PATIENCE)).as(doomed.output()).hasValue(Failpoint.EXIT_CODE);
    }
    // A key change takes two places, an update one.
    int changes = ROUNDS * (ROWS + 3) + 1;
    try (var _ = fixture.engine(second).ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (0, 'last')");
      TopicRows topic = fixture.awaitRows("t", changes);
      assertOnce(topic, changes);
      assertThat(created(topic))
          .containsAll(IntStream.rangeClosed(0, ROUNDS * ROWS).boxed().toList());
      for (List<Integer> ordinals : ordinals(topic).values()) {
        assertThat(ordinals).isEqualTo(IntStream.range(0, ordinals.size()).boxed().toList());
      }
    }
  }

  private void write() throws SQLException {
    for (int i = 0; i < ROUNDS; i++) {
      int from = i * ROWS + 1;
      fixture.transaction(
          "INSERT INTO t SELECT i, repeat('x', 50) FROM generate_series(%d, %d) i"
              .formatted(from, from + ROWS - 1),
          "UPDATE t SET id = -id WHERE id = " + from,
          "UPDATE t SET v = 'y' WHERE id = " + (from + 1));
    }
  }

  private static void assertOnce(TopicRows topic, int changes) {
    List<String> positions = topic.positions();
    assertThat(positions).hasSize(changes);
    assertThat(new HashSet<>(positions)).hasSize(changes);
  }

  private static List<Object> created(TopicRows topic) {
    return topic.rows().stream()
        .filter(row -> row.op().equals("c"))
        .map(row -> row.value("id"))
        .toList();
  }

  /** By transaction, in the topic's order. */
  private static Map<String, List<Integer>> ordinals(TopicRows topic) {
    Map<String, List<Integer>> ordinals = new TreeMap<>();
    topic
        .rows()
        .forEach(
            row ->
                ordinals
                    .computeIfAbsent(row.value("_rb_lsn").toString(), lsn -> new ArrayList<>())
                    .add(((Number) row.value("_rb_ordinal")).intValue()));
    return ordinals;
  }

  @ParameterizedTest
  @CsvSource({"DEBEZIUM, DEBEZIUM", "DEBEZIUM, NATIVE"})
  void killedAgainAndAgainUnderLoadTheTopicEndsAsTheTable(Engine even, Engine odd)
      throws Exception {
    long seed = Long.getLong("seed", System.nanoTime() & 0xffffff);
    System.out.println("-Dseed=" + seed);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    fixture.run("CREATE TABLE t (id int PRIMARY KEY, v text)");
    fixture.engine(even).ingest().streaming().close(); // nothing is copied: the slot comes first
    try (Load load = Load.on(fixture)) {
      for (int round = 0; round < 6; round++) {
        try (ForkedJvm doomed = IngestMain.fork(fixture.engine(round % 2 == 0 ? even : odd), "")) {
          Fixture.until(() -> doomed.output().contains("PHASE STREAMING"));
          int seen = load.transactions();
          int wanted = random.nextInt(5, 60);
          Fixture.until(() -> load.transactions() >= seen + wanted);
          doomed.kill9();
        }
      }
    }
    try (var _ = fixture.engine(odd).ingest().streaming()) {
      fixture.run("INSERT INTO t VALUES (-1, 'last')");
      Eventually.until("the end is read", PATIENCE, () -> created(fixture.topic("t")).contains(-1));
      TopicRows topic = fixture.topic("t");
      assertThat(topic.positions()).doesNotHaveDuplicates();
      assertEndsAs(table(), topic, seed);
    }
  }

  /** A row that differs is told with its whole history. */
  private static void assertEndsAs(Map<String, String> table, TopicRows topic, long seed) {
    Map<String, String> ends = new TreeMap<>();
    Map<String, List<String>> histories = new TreeMap<>();
    for (TopicRows.Row row : topic.rows()) {
      String id = row.value("id").toString();
      histories
          .computeIfAbsent(id, key -> new ArrayList<>())
          .add("%s at %s/%s".formatted(row.text(), row.value("_rb_lsn"), row.value("_rb_ordinal")));
      if (row.op().equals("d")) {
        ends.remove(id);
      } else {
        ends.put(id, "{id=%s, v=%s}".formatted(id, row.value("v")));
      }
    }
    Set<String> ids = new TreeSet<>(table.keySet());
    ids.addAll(ends.keySet());
    assertThat(ids.stream().filter(id -> !Objects.equals(table.get(id), ends.get(id))))
        .as("-Dseed=%d", seed)
        .map(id -> id + ": " + table.get(id) + " in the table, " + histories.get(id))
        .isEmpty();
  }

  private Map<String, String> table() throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Connection sql = fixture.database.connect();
        Statement statement = sql.createStatement();
        var found = statement.executeQuery("SELECT id, v FROM t")) {
      while (found.next()) {
        rows.put(
            found.getString(1), "{id=%s, v=%s}".formatted(found.getString(1), found.getString(2)));
      }
    }
    return rows;
  }

  /** Transactions of many sizes, some above what a Kafka transaction takes, until closed. */
  private static final class Load implements AutoCloseable {
    private final Fixture fixture;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile int transactions;

    private Load(Fixture fixture) {
      this.fixture = fixture;
      this.thread = Thread.ofPlatform().name("load").unstarted(this::run);
    }

    static Load on(Fixture fixture) {
      Load load = new Load(fixture);
      load.thread.start();
      return load;
    }

    int transactions() {
      return transactions;
    }

    private void run() {
      try (Connection sql = fixture.database.connect();
          Statement statement = sql.createStatement()) {
        sql.setAutoCommit(false);
        for (int i = 1; !stopping; i++) {
          int rows = i % 20 == 0 ? 1000 : 1 + i % 7;
          statement.execute(
              "INSERT INTO t SELECT %d + g, 'i%d' FROM generate_series(1, %d) g"
                  .formatted(i * 10_000, i, rows));
          String recent = " AND id > " + (i - 30) * 10_000;
          statement.execute(
              "UPDATE t SET v = v || 'u' WHERE id %% 50 = %d%s".formatted(i % 50, recent));
          statement.execute("UPDATE t SET id = id + 5000 WHERE id = " + (i * 10_000 - 9999));
          statement.execute("DELETE FROM t WHERE id %% 97 = %d%s".formatted(i % 97, recent));
          sql.commit();
          transactions = i;
          java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
      } catch (SQLException e) {
        failure.set(e);
      }
    }

    @Override
    public void close() {
      stopping = true;
      Fixture.until(() -> !thread.isAlive());
      assertThat(failure.get()).isNull();
    }
  }
}
