package io.rapidbyte.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PostgreSQL 14, which has neither row filters nor column lists. */
final class OldestPublicationTest extends PublicationContract {
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() {
    server =
        EmbeddedPostgres.start(EmbeddedPostgres.Options.defaults().version(PostgresVersion.V14));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  TestDatabase open() {
    return TestDatabase.create(server, "oldest_" + DATABASES.incrementAndGet());
  }

  @Test
  void pushesNothingDown() throws SQLException {
    database().execute("CREATE TABLE a (id int PRIMARY KEY, secret text)");
    var stream = Pipelines.columns(Pipelines.where(Pipelines.stream("public.a"), "id > 1"), "id");
    var table = plan(stream).tables().get(0);
    assertThat(table.rows().isLocal()).isTrue();
    assertThat(table.columns().isLocal()).isTrue();
  }
}
