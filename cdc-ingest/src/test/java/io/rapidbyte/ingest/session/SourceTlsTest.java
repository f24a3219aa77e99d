package io.rapidbyte.ingest.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.tls.TestAuthority;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sslmode: verify-full} against a server with a certificate, right and wrong. */
final class SourceTlsTest {
  private static final String CANARY = "canary-7f3a";

  @TempDir private static Path folder;
  private static TestAuthority authority;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() {
    authority = TestAuthority.create(folder.resolve("ours"));
    postgres = serving(authority.sign("server", "ip:127.0.0.1"));
  }

  private static EmbeddedPostgres serving(TestAuthority.Signed signed) {
    return EmbeddedPostgres.start(
        EmbeddedPostgres.Options.defaults()
            .with("ssl", "on")
            .with("ssl_cert_file", signed.certificate().toString())
            .with("ssl_key_file", signed.key().toString()));
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static PostgresSessions sessions(EmbeddedPostgres server, Path root) {
    return new PostgresSessions(
        new PostgresAddress(
            "127.0.0.1",
            server.port(),
            "postgres",
            "postgres",
            new Secret(CANARY),
            "verify-full",
            Map.of("sslrootcert", root.toString())),
        "tls test");
  }

  @Test
  void encryptsQueriesAndReplicationAndChecksTheServer() throws Exception {
    PostgresSessions sessions = sessions(postgres, authority.pem());
    try (Connection sql = sessions.sql();
        Connection replication = sessions.replication();
        Statement statement = sql.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT bool_and(ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                    + " WHERE application_name = 'tls test'")) {
      assertThat(replication.isValid(5)).isTrue();
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBoolean(1)).isTrue();
      assertThat(rows.getInt(2)).isEqualTo(2);
    }
  }

  @Test
  void refusesACertificateOfAnotherAuthority() {
    TestAuthority stranger = TestAuthority.create(folder.resolve("strangers"));
    refused(sessions(postgres, stranger.pem()));
  }

  @Test
  void refusesACertificateOfAnotherHost() {
    try (EmbeddedPostgres other = serving(authority.sign("elsewhere", "dns:db.example"))) {
      refused(sessions(other, authority.pem()));
    }
  }

  @Test
  void saysWhereTheAuthorityIsMissing() {
    refused(sessions(postgres, folder.resolve("nowhere.pem")));
  }

  private static void refused(PostgresSessions sessions) {
    RapidbyteException refusal =
        catchThrowableOfType(RapidbyteException.class, () -> sessions.sql().close());
    assertThat(refusal.error().code()).isEqualTo("source/tls");
    assertThat(refusal.error().retryable()).isFalse();
    assertThat(refusal.error().toString()).contains("sslrootcert").doesNotContain(CANARY);
    assertThat(refusal.error().message()).doesNotContain("\n");
  }
}
