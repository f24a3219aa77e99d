package io.rapidbyte.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A commit stands in the log, is streamed, and cannot be seen: it waits for a synchronous standby
 * that is not there. Rows read meanwhile are older than what the log has brought already.
 */
class InvisibleCommitTest {
  private static final String WAITS =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

  private static CompletableFuture<Void> hanging(Fixture fixture, String statement)
      throws Exception {
    fixture.run("ALTER SYSTEM SET synchronous_standby_names = 'absent'", "SELECT pg_reload_conf()");
    Fixture.until(() -> fixture.value("SHOW synchronous_standby_names").equals("absent"));
    CompletableFuture<Void> commit =
        CompletableFuture.runAsync(
            () -> {
              try {
                fixture.run(statement);
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            });
    Fixture.until(() -> fixture.value(WAITS).equals("1"));
    return commit;
  }

  private static void release(Fixture fixture, CompletableFuture<Void> commit) throws Exception {
    fixture.run("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
    commit.join();
  }

  private static Phase phase(Fixture fixture) {
    return Objects.requireNonNull(fixture.progress().snapshots().get("public.t")).phase();
  }

  @Test
  @Tag("chaos")
  void chunksWaitForWhatTheLogHasBroughtAndNobodyCanSee() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        Fixture fixture = new Fixture(TestDatabase.create(server, "shop"))) {
      fixture.snapshot(SnapshotMode.INITIAL);
      fixture.run(
          "CREATE TABLE t (id int PRIMARY KEY, n int, big text)",
          "ALTER TABLE t ALTER big SET STORAGE EXTERNAL",
          "INSERT INTO t SELECT g, g, repeat(md5(g::text), 120) FROM generate_series(1, 12000) g");
      try (var _ = fixture.ingest().streaming()) {
        fixture.awaitDone("t", 1);
        fixture.command(new ResyncCommand.Streams(List.of("public.t")));
        Fixture.until(() -> phase(fixture) == Phase.CHUNKING);
        CompletableFuture<Void> commit = hanging(fixture, "UPDATE t SET n = -1 WHERE id = 12000");
        // Streamed, though nobody can see it.
        Fixture.until(() -> fixture.topic("t").rows().stream().anyMatch(r -> r.op().equals("u")));
        assertThat(fixture.value("SELECT n FROM t WHERE id = 12000")).isEqualTo("12000");
        assertThat(phase(fixture)).isEqualTo(Phase.CHUNKING);
        release(fixture, commit);
        fixture.awaitDone("t", 2);
        List<TopicRows.Row> last =
            fixture.topic("t").rows().stream()
                .filter(r -> r.record().generation() == 2 && r.value("id").equals(12000))
                .toList();
        assertThat(last.stream().map(r -> r.value("n"))).containsOnly(-1);
        assertThat(last.getLast().op()).isEqualTo("r");
      }
    }
  }

  @Test
  void aRowReadByItsKeyIsNotOlderThanTheLog() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        Fixture fixture = new Fixture(TestDatabase.create(server, "shop"))) {
      fixture.run("CREATE TABLE t (id int PRIMARY KEY, n int)");
      try (var _ = fixture.ingest().streaming()) {
        fixture.run("INSERT INTO t VALUES (1, 1)");
        CompletableFuture<Void> commit = hanging(fixture, "UPDATE t SET n = 2");
        fixture.awaitRows("t", 2);
        fixture.command(new ResyncCommand.Keys("public.t", List.of(List.of("1"))));
        Fixture.until(
            () ->
                fixture
                    .value(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE"
                            + " 'SELECT pg_snapshot_xmin%'")
                    .equals("1"));
        assertThat(fixture.topic("t").rows()).hasSize(2);
        release(fixture, commit);
        assertThat(fixture.awaitRows("t", 3).texts().getLast()).isEqualTo("r{id=1, n=2}");
      }
    }
  }
}
