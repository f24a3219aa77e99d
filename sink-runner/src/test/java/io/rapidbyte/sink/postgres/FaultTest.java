package io.rapidbyte.sink.postgres;

import static io.rapidbyte.sink.contract.Harness.rows;
import static io.rapidbyte.sink.contract.Harness.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.net.FaultProxy;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Servers that die, sessions that are cut, locks that are held. */
final class FaultTest {
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int GROUP = 100;
  private static final String OURS =
      "FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE"
          + " 'rapidbyte%'";

  private final TargetDatabase database = TargetDatabase.create();

  @AfterEach
  void drop() {
    database.close();
  }

  private static TestBatch group(int number) {
    TestBatch batch = TestBatch.at(ITEMS, number + 1);
    for (int i = 0; i < GROUP; i++) {
      batch.insert(Integer.toString(number * GROUP + i), "g" + number, "x");
    }
    return batch;
  }

  private static void committed(Applied applied) {
    assertThat(applied).isEqualTo(new Applied.Committed());
  }

  private static ErrorInfo failure(ThrowingCallable call) {
    RapidbyteException e = catchThrowableOfType(RapidbyteException.class, call);
    assertThat(e).isNotNull();
    return e.error();
  }

  /** Applies what the destination's offset says is missing, as the host does. */
  private static void applyUpTo(TargetStream items, int groups) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (items.harness().offset() < groups) {
      try {
        committed(items.harness().apply(rows(group((int) items.harness().offset()))));
      } catch (RapidbyteException e) {
        assertThat(e.error().retryable()).as(e.error().line()).isTrue();
        assertThat(System.nanoTime()).isLessThan(deadline);
        claimAgain(items);
      }
    }
  }

  private static void claimAgain(TargetStream items) {
    Eventually.until("a claim", PATIENCE, () -> items.harness().claimAgain().fence() > 0);
  }

  @Test
  void aServerThatIsKilledLosesNothingAndRepeatsNothing() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        TargetDatabase own = new TargetDatabase(TestDatabase.create(server, "copy"));
        TargetStream items = new TargetStream(own.destination(), ITEMS)) {
      committed(items.harness().apply(rows(group(0))));
      AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());
      Thread host =
          Thread.ofPlatform()
              .name("host")
              .uncaughtExceptionHandler((t, e) -> failure.set(Optional.of(e)))
              .start(() -> applyUpTo(items, 400));
      for (int kill = 1; kill <= 3; kill++) {
        int reached = kill * 60;
        Eventually.until(
            "groups", PATIENCE, () -> items.harness().offset() >= reached || !host.isAlive());
        server.kill9();
        server.restart();
      }
      host.join();
      assertThat(failure.get()).isEmpty();
      assertThat(own.query("SELECT count(*), count(DISTINCT name), max(id) FROM items").getFirst())
          .containsExactly("40000", "400", "39999");
    }
  }

  /** As behind a firewall that forgets: the socket stands, and nobody is at its other end. */
  @Test
  @Tag("chaos")
  void aSessionThatTheServerHasLostIsNotWaitedFor() throws Exception {
    try (FaultProxy proxy = database.proxy();
        TargetStream items = new TargetStream(database.destination(proxy), ITEMS)) {
      committed(items.harness().apply(rows(group(0))));
      proxy.halfOpen();
      assertThat(failure(() -> items.harness().apply(rows(group(1)))).retryable()).isTrue();
      applyUpTo(items, 2);
      assertThat(database.value("SELECT count(*) FROM items")).isEqualTo("200");
    }
  }

  @Test
  void aCutSessionAsksForANewClaim() {
    try (TargetStream items = new TargetStream(database.destination(), ITEMS)) {
      committed(items.harness().apply(rows(group(0))));
      database.execute("SELECT pg_terminate_backend(pid) " + OURS);
      ErrorInfo error = failure(() -> items.harness().apply(rows(group(1))));
      assertThat(error.retryable()).isTrue();
      assertThat(error.commitState()).isEqualTo(CommitState.BEFORE_COMMIT);
      error = failure(() -> items.harness().apply(rows(group(1))));
      assertThat(error.retryable()).isTrue();
      assertThat(items.harness().claimAgain().nextOffset()).isEqualTo(1);
      committed(items.harness().apply(rows(group(1))));
    }
  }

  @Test
  void aCommitWhoseAnswerIsLostIsUnknown() {
    try (TargetStream items = new TargetStream(database.destination(), ITEMS)) {
      committed(items.harness().apply(schema(ITEMS)));
      database.execute(
          """
          CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
          CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON items DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION cut()
          """);
      ErrorInfo error = failure(() -> items.harness().apply(rows(group(1))));
      assertThat(error.commitState()).isEqualTo(CommitState.AFTER_COMMIT_UNKNOWN);
      assertThat(error.safeToRetry()).isFalse();
      database.execute("DROP TRIGGER cut ON items");
      assertThat(items.harness().claimAgain().nextOffset()).isEqualTo(1);
      committed(items.harness().apply(rows(group(1))));
    }
  }

  @Test
  void anInterruptedCallReturnsSoonWithNothingCommitted() throws Exception {
    try (TargetStream items = new TargetStream(database.destination(), ITEMS);
        Connection reader = database.connect()) {
      committed(items.harness().apply(rows(group(0))));
      lock(reader);
      AtomicReference<ErrorInfo> error = new AtomicReference<>();
      AtomicBoolean stillInterrupted = new AtomicBoolean();
      Thread caller =
          Thread.ofPlatform()
              .name("caller")
              .start(
                  () -> {
                    error.set(failure(() -> items.harness().apply(rows(group(1)))));
                    stillInterrupted.set(Thread.currentThread().isInterrupted());
                  });
      Eventually.until("a wait", PATIENCE, () -> waiting() > 0);
      caller.interrupt();
      assertThat(caller.join(PATIENCE)).isTrue();
      reader.rollback();
      assertThat(error.get().category()).isEqualTo(Category.TRANSIENT);
      assertThat(stillInterrupted).isTrue();
      assertThat(items.harness().claimAgain().nextOffset()).isEqualTo(1);
      committed(items.harness().apply(rows(group(1))));
    }
  }

  private static void lock(Connection reader) throws SQLException {
    reader.setAutoCommit(false);
    try (Statement statement = reader.createStatement()) {
      statement.execute("LOCK TABLE items IN ACCESS EXCLUSIVE MODE");
    }
  }

  private int waiting() {
    return Integer.parseInt(
        String.valueOf(
            database.value("SELECT count(*) " + OURS + " AND wait_event_type = 'Lock'")));
  }

  @Test
  void readersSeeWholeGroups() throws Exception {
    try (TargetStream items = new TargetStream(database.destination(), ITEMS);
        Connection reader = database.connect();
        Statement statement = reader.createStatement()) {
      committed(items.harness().apply(schema(ITEMS)));
      Thread host = Thread.ofPlatform().name("host").start(() -> applyUpTo(items, 60));
      int seen = 0;
      while (host.isAlive() || seen == 0) {
        try (var row = statement.executeQuery("SELECT count(*) FROM items")) {
          row.next();
          assertThat(row.getInt(1) % GROUP).isZero();
          assertThat(row.getInt(1)).isGreaterThanOrEqualTo(seen);
          seen = row.getInt(1);
        }
      }
      host.join();
      assertThat(database.value("SELECT count(*) FROM items")).isEqualTo("5900");
    }
  }
}
