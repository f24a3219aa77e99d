package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.error.TlsFailures;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What a SQLSTATE means for a stream (PostgreSQL, appendix A, and pgjdbc's own of class 08). Pure.
 *
 * <p>Messages carry the server's primary message; never its detail, which may quote a row.
 */
final class SqlErrors {
  /** A value, or a row's combination of values, that the table refuses. */
  static final String REFUSED = "postgres/row-refused";

  /** The connection is gone, or the server is not there for us now. */
  static final String UNAVAILABLE = "postgres/unavailable";

  /** The server lacks disk, memory or connections. */
  static final String EXHAUSTED = "postgres/out-of-resources";

  /** Somebody else holds a lock for too long, or we lost a deadlock. */
  static final String CONTENDED = "postgres/contended";

  /** The server takes no writes. */
  static final String READ_ONLY = "postgres/read-only";

  /** Certificate, host name or authority are not what sslmode asks for. */
  static final String TLS = "postgres/tls";

  static final String LOGIN = "postgres/login-refused";
  static final String PRIVILEGE = "postgres/privilege-missing";
  static final String NO_DATABASE = "postgres/database-missing";
  static final String TABLE_CHANGED = "postgres/table-changed";
  static final String UNEXPECTED = "postgres/unexpected-error";

  private final String server;
  private final String user;

  /**
   * @param server host, port and database, for messages
   * @param user who connects
   */
  SqlErrors(String server, String user) {
    this.server = server;
    this.user = user;
  }

  /** The failure of a statement whose transaction was not asked to commit. */
  RapidbyteException of(SQLException e) {
    Facts facts = facts(e);
    boolean tls = TlsFailures.isAmongCausesOf(e);
    return new RapidbyteException(tls ? tls(facts) : classify(facts), e);
  }

  /** The failure of a COMMIT: unknown where the answer never came. */
  RapidbyteException ofCommit(SQLException e) {
    Facts facts = facts(e);
    ErrorInfo error = classify(facts);
    boolean unanswered = facts.state().startsWith("08") || facts.state().startsWith("57P");
    return new RapidbyteException(
        unanswered ? error.withCommitState(CommitState.AFTER_COMMIT_UNKNOWN) : error, e);
  }

  /** Whether a constraint with unique values refused a row. */
  static boolean isDuplicate(SQLException e) {
    return "23505".equals(e.getSQLState());
  }

  /** What the server said, apart from row values. */
  record Facts(String state, String message, Map<String, String> details) {}

  private static Facts facts(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    Map<String, String> details = new TreeMap<>();
    details.put("sqlstate", state);
    if (server == null) {
      return new Facts(state, oneLine(String.valueOf(e.getMessage())), details);
    }
    put(details, "schema", server.getSchema());
    put(details, "table", server.getTable());
    put(details, "column", server.getColumn());
    put(details, "constraint", server.getConstraint());
    return new Facts(state, oneLine(String.valueOf(server.getMessage())), details);
  }

  /** A row that the server refused within a statement that went on. */
  ErrorInfo refused(
      TableName table, String state, String message, String column, String constraint) {
    Map<String, String> details = new TreeMap<>();
    details.put("sqlstate", state);
    put(details, "schema", table.schema());
    put(details, "table", table.table());
    put(details, "column", column.isEmpty() ? null : column);
    put(details, "constraint", constraint.isEmpty() ? null : constraint);
    return classify(new Facts(state, oneLine(message), details));
  }

  private static void put(Map<String, String> details, String name, @Nullable String value) {
    if (value != null) {
      details.put(name, value);
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").strip();
  }

  private ErrorInfo tls(Facts facts) {
    return ErrorInfo.permanent(
        Category.CONFIG,
        Scope.STREAM,
        TLS,
        server + " and we do not agree on TLS: " + facts.message(),
        "check sslmode, that host is a name in the server's certificate, and that sslrootcert names"
            + " the authority that signed it");
  }

  /** The answer to one SQLSTATE. */
  ErrorInfo classify(Facts facts) {
    ErrorInfo error =
        switch (facts.state()) {
          case "42501" -> privilege(facts);
          case "3D000" -> noDatabase(facts);
          case "25006" -> passing(READ_ONLY, facts, "takes no writes", Backoff.SLOW);
          case "40001", "40P01" -> passing(CONTENDED, facts, "is busy", Backoff.FAST);
          case "55P03", "55006" -> passing(CONTENDED, facts, "is busy", Backoff.NORMAL);
          case "57014", "25P03", "25P04" ->
              passing(CONTENDED, facts, "cancelled the work", Backoff.NORMAL);
          case "22P03", "22P04", "42804" -> tableChanged(facts);
          default -> byClass(facts);
        };
    for (Map.Entry<String, String> detail : facts.details().entrySet()) {
      error = error.with(detail.getKey(), detail.getValue());
    }
    return error;
  }

  private ErrorInfo byClass(Facts facts) {
    String group = facts.state().length() < 2 ? "" : facts.state().substring(0, 2);
    return switch (group) {
      case "08", "57" -> passing(UNAVAILABLE, facts, "is not available", Backoff.NORMAL);
      case "53", "58" -> passing(EXHAUSTED, facts, "is out of resources", Backoff.SLOW);
      case "22", "23", "44", "54" -> refused(facts);
      case "28" -> login(facts);
      case "0A", "2B", "3F", "42" -> tableChanged(facts);
      default ->
          ErrorInfo.permanent(
              Category.INTERNAL,
              Scope.STREAM,
              UNEXPECTED,
              "Postgres at " + server + " failed: " + facts.message(),
              "see the server's log");
    };
  }

  private ErrorInfo passing(String code, Facts facts, String what, Backoff backoff) {
    return ErrorInfo.passing(
        Category.TRANSIENT,
        Scope.STREAM,
        code,
        "Postgres at " + server + " " + what + ": " + facts.message(),
        backoff);
  }

  private static ErrorInfo refused(Facts facts) {
    String table = facts.details().get("table");
    return ErrorInfo.permanent(
        Category.DATA,
        Scope.BATCH,
        REFUSED,
        (table == null ? "the table" : table) + " does not take the row: " + facts.message(),
        "mend the value at the source, or the table's constraint, then replay the dead letter");
  }

  private ErrorInfo login(Facts facts) {
    return ErrorInfo.permanent(
        Category.AUTH,
        Scope.STREAM,
        LOGIN,
        "Postgres at " + server + " does not let " + user + " in: " + facts.message(),
        "correct the destination's user and password, or pg_hba.conf");
  }

  private ErrorInfo privilege(Facts facts) {
    return ErrorInfo.permanent(
        Category.AUTH,
        Scope.STREAM,
        PRIVILEGE,
        user + " may not do this at " + server + ": " + facts.message(),
        "GRANT CREATE, TEMPORARY ON DATABASE … TO the user, and let it own the tables it writes");
  }

  private ErrorInfo noDatabase(Facts facts) {
    return ErrorInfo.permanent(
        Category.CONFIG,
        Scope.STREAM,
        NO_DATABASE,
        "there is no such destination, " + server + ": " + facts.message(),
        "CREATE DATABASE, or correct the destination's url");
  }

  private static ErrorInfo tableChanged(Facts facts) {
    return ErrorInfo.permanent(
        Category.SCHEMA,
        Scope.STREAM,
        TABLE_CHANGED,
        "the table is not as it was left: " + facts.message(),
        "undo what was changed in the destination's table, or resync the stream");
  }
}
