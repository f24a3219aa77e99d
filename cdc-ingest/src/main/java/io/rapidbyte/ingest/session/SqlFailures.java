package io.rapidbyte.ingest.session;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.error.TlsFailures;
import io.rapidbyte.schemas.spec.PostgresAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * What Postgres's failures mean, by SQLSTATE and, below it, the kind of exception; never by
 * message.
 *
 * <p>Source: PostgreSQL, "PostgreSQL Error Codes"; pgjdbc's {@code PSQLState}.
 */
public final class SqlFailures {
  /** The role lacks a privilege. */
  public static final String PRIVILEGE = "source/privilege";

  private SqlFailures() {}

  /**
   * The failure to throw.
   *
   * @param doing what was attempted, to what: "reading the catalog"
   */
  public static RapidbyteException of(SQLException cause, String doing) {
    return new RapidbyteException(classify(cause, doing), cause);
  }

  /** The failure of a statement, or of a connection that had been established. */
  public static ErrorInfo classify(SQLException cause, String doing) {
    String state = state(cause);
    String message = doing + " failed: " + firstLine(cause);
    return statement(state, message).with("sqlstate", state);
  }

  /** The failure to throw where a connection could not be established. */
  public static RapidbyteException connecting(SQLException cause, PostgresAddress address) {
    String state = state(cause);
    String message = "connecting to " + address.display() + " failed: " + firstLine(cause);
    ErrorInfo error =
        network(cause, address, message).orElseGet(() -> refused(state, address, message));
    return new RapidbyteException(error.with("sqlstate", state), cause);
  }

  /** Whether the role lacks a privilege for the statement. */
  public static boolean isPrivilege(SQLException cause) {
    return state(cause).equals("42501");
  }

  /** Whether the statement itself cannot be carried out, now or later. */
  public static boolean isStatementAtFault(SQLException cause) {
    return switch (group(state(cause))) {
      case "0A", "22", "42" -> !isPrivilege(cause);
      default -> false;
    };
  }

  /** The server's message without its further lines. */
  public static String firstLine(SQLException cause) {
    String text = String.valueOf(cause.getMessage());
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static Optional<ErrorInfo> network(
      SQLException cause, PostgresAddress address, String message) {
    if (TlsFailures.isAmongCausesOf(cause)) {
      return Optional.of(
          permanent(
              Category.CONFIG,
              "source/tls",
              message,
              "check sslmode, that host is a name in the server's certificate, and that sslrootcert"
                  + " names the authority that signed it"));
    }
    for (Throwable t = cause.getCause(); t != null; t = t.getCause()) {
      if (t instanceof UnknownHostException) {
        return Optional.of(
            passing(
                "source/host-unknown",
                "host " + address.host() + " is not known",
                "check source.postgres.host",
                Backoff.SLOW));
      } else if (t instanceof java.net.ConnectException || t instanceof SocketTimeoutException) {
        return Optional.of(
            passing(
                "source/unreachable",
                message,
                "check host and port, that Postgres runs, that listen_addresses has the host's"
                    + " address and that no firewall is between",
                Backoff.NORMAL));
      }
    }
    return Optional.empty();
  }

  private static ErrorInfo refused(String state, PostgresAddress address, String message) {
    return switch (state) {
      case "28P01" ->
          permanent(
              Category.AUTH,
              "source/password",
              message,
              "check password of user " + address.user() + " in source.postgres");
      case "28000" ->
          permanent(
              Category.AUTH,
              "source/login",
              message,
              "CREATE ROLE \"%s\" LOGIN REPLICATION PASSWORD '…'; if it is missing, else add to pg_hba.conf: host %s %s <our address>/32 scram-sha-256%s"
                  .formatted(address.user(), address.database(), address.user(), tls(address)));
      case "3D000" ->
          permanent(
              Category.CONFIG,
              "source/database",
              "database " + address.database() + " does not exist on " + address.host(),
              "name an existing database in source.postgres");
      case "08004" ->
          permanent(
              Category.CONFIG,
              "source/rejected",
              message,
              "check that a password is given, and sslmode");
      default -> statement(state, message);
    };
  }

  /** A server that wants TLS refuses everything else by the same code. */
  private static String tls(PostgresAddress address) {
    return address.sslmode().equals("disable")
        ? "; where the server asks for TLS, set sslmode: verify-full"
        : "";
  }

  private static ErrorInfo statement(String state, String message) {
    return switch (state) {
      case "42501" ->
          permanent(
              Category.AUTH,
              PRIVILEGE,
              message,
              "run rapidbyte check: it names the missing privilege and its GRANT");
      case "40001", "40P01" -> passing("source/conflict", message, "", Backoff.FAST);
      case "55006" -> passing("source/in-use", message, "", Backoff.NORMAL);
      case "55P03" ->
          passing("source/lock", message, "end what holds the lock, or wait", Backoff.NORMAL);
      case "53300" ->
          passing(
              "source/connections",
              message,
              "raise max_connections or max_wal_senders, or close other connections",
              Backoff.SLOW);
      case "55000" -> permanent(Category.CONFIG, "source/state", message, "run rapidbyte check");
      case "XX001", "XX002" ->
          permanent(Category.INTERNAL, "source/corrupted", message, "restore the source");
      default -> byGroup(state, message);
    };
  }

  private static ErrorInfo byGroup(String state, String message) {
    return switch (group(state)) {
      case "28" ->
          permanent(
              Category.AUTH,
              "source/login",
              message,
              "check user, password, pg_hba.conf and that the role has LOGIN REPLICATION");
      case "3D" ->
          permanent(
              Category.CONFIG,
              "source/database",
              message,
              "name an existing database in source.postgres");
      case "0A", "22", "23", "42", "54" ->
          permanent(Category.CONFIG, "source/sql", message, "run rapidbyte check");
      case "25" ->
          passing("source/read-only", message, "name the primary, not a standby", Backoff.SLOW);
      case "53" -> passing("source/resources", message, "", Backoff.SLOW);
      case "58", "XX" -> passing("source/server", message, "see the server's log", Backoff.SLOW);
      default -> passing("source/connection", message, "", Backoff.NORMAL);
    };
  }

  private static ErrorInfo permanent(Category category, String code, String message, String fix) {
    return ErrorInfo.permanent(category, Scope.STREAM, code, message, fix);
  }

  private static ErrorInfo passing(String code, String message, String fix, Backoff backoff) {
    return new ErrorInfo(
        Category.TRANSIENT,
        Scope.STREAM,
        code,
        message,
        fix,
        true,
        null,
        backoff,
        true,
        CommitState.BEFORE_COMMIT,
        Map.of());
  }

  private static String state(SQLException cause) {
    return cause.getSQLState() == null ? "" : cause.getSQLState();
  }

  private static String group(String state) {
    return state.length() < 2 ? "" : state.substring(0, 2);
  }
}
