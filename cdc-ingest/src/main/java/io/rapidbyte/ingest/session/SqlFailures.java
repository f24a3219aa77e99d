package io.rapidbyte.ingest.session;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.sql.SQLException;

/** What Postgres's failures mean, by SQLSTATE; never by message. */
public final class SqlFailures {
  private SqlFailures() {}

  /**
   * The failure to throw.
   *
   * @param doing what was attempted, to what: "connecting to db:5432/shop"
   */
  public static RapidbyteException of(SQLException cause, String doing) {
    String state = cause.getSQLState() == null ? "" : cause.getSQLState();
    String message = doing + " failed: " + firstLine(cause);
    return new RapidbyteException(error(state, message).with("sqlstate", state), cause);
  }

  private static ErrorInfo error(String state, String message) {
    String category = state.length() < 2 ? "" : state.substring(0, 2);
    return switch (category) {
      case "28" ->
          ErrorInfo.permanent(
              Category.AUTH,
              Scope.STREAM,
              "source/login",
              message,
              "check user, password, pg_hba.conf and that the role has LOGIN REPLICATION");
      case "3D" ->
          ErrorInfo.permanent(
              Category.CONFIG,
              Scope.STREAM,
              "source/database",
              message,
              "name an existing database in source.postgres");
      case "42" ->
          state.equals("42501")
              ? ErrorInfo.permanent(
                  Category.AUTH,
                  Scope.STREAM,
                  "source/privilege",
                  message,
                  "run rapidbyte check to see which privilege is missing")
              : ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, "source/sql", message, "");
      case "53" ->
          ErrorInfo.passing(
              Category.TRANSIENT, Scope.STREAM, "source/resources", message, Backoff.SLOW);
      default ->
          ErrorInfo.passing(
              Category.TRANSIENT, Scope.STREAM, "source/connection", message, Backoff.NORMAL);
    };
  }

  private static String firstLine(SQLException cause) {
    String text = String.valueOf(cause.getMessage());
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
