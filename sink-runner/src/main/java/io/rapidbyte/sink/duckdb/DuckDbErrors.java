package io.rapidbyte.sink.duckdb;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.sql.SQLException;
import java.util.Locale;

/**
 * What a DuckDB error means for the stream that met it.
 *
 * <p>DuckDB's driver reports neither SQLSTATE nor code; an error's kind is the fixed word that its
 * message begins with (DuckDB's {@code ExceptionType}), and only that word is read here.
 */
final class DuckDbErrors {
  private DuckDbErrors() {}

  /** The failure of a statement or commit about {@code what}. */
  static RapidbyteException failure(String what, SQLException cause) {
    return new RapidbyteException(classify(what, cause), cause);
  }

  private static ErrorInfo classify(String what, SQLException cause) {
    String text = what + ": " + firstLine(cause);
    return switch (kind(cause)) {
      case "conversion", "constraint", "out of range", "invalid input", "mismatch type" ->
          ErrorInfo.permanent(
              Category.DATA, Scope.BATCH, "duckdb/value-refused", text, "see the dead letters");
      case "transactioncontext", "transaction", "interrupt", "sequence" ->
          ErrorInfo.passing(
              Category.TRANSIENT, Scope.STREAM, "duckdb/conflict", text, Backoff.FAST);
      case "io" ->
          ErrorInfo.passing(Category.TRANSIENT, Scope.STREAM, "duckdb/io", text, Backoff.SLOW);
      case "out of memory" ->
          ErrorInfo.passing(Category.TRANSIENT, Scope.STREAM, "duckdb/memory", text, Backoff.SLOW);
      case "fatal", "internal" ->
          ErrorInfo.permanent(
              Category.INTERNAL,
              Scope.STREAM,
              "duckdb/broken",
              text,
              "free disk space if there is none, then restart rapidbyte: DuckDB refuses further"
                  + " work in this process");
      default ->
          ErrorInfo.permanent(
              Category.SCHEMA,
              Scope.STREAM,
              "duckdb/refused",
              text,
              "compare the table in the warehouse with the source's");
    };
  }

  /** The word before {@code " Error:"}, in lower case. */
  private static String kind(SQLException cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf(" Error:");
    return end < 0 ? "" : message.substring(0, end).toLowerCase(Locale.ROOT);
  }

  private static String firstLine(SQLException cause) {
    String message = String.valueOf(cause.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** A commit whose answer is a failure: what could have reached the disk is not known. */
  static RapidbyteException commitFailure(String what, SQLException cause) {
    ErrorInfo error = classify(what, cause);
    boolean certain = error.code().equals("duckdb/conflict");
    return new RapidbyteException(
        certain ? error : error.withCommitState(CommitState.AFTER_COMMIT_UNKNOWN), cause);
  }

  /** A user's query failed. */
  static RapidbyteException queryFailure(SQLException cause) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG, Scope.BATCH, "query/failed", firstLine(cause), "mend the query"),
        cause);
  }

  /** What a user sent is not one SELECT. */
  static RapidbyteException notAQuery(String why) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.BATCH,
            "query/not-a-select",
            "only one SELECT can be run in a warehouse that is being written: " + why,
            "write it as a SELECT"));
  }

  /** Why the file could not be opened. */
  static RapidbyteException cannotOpen(java.nio.file.Path path, SQLException cause) {
    String message = firstLine(cause);
    if (kind(cause).equals("io") && message.contains("lock")) {
      return new RapidbyteException(
          ErrorInfo.permanent(
              Category.CONFIG,
              Scope.STREAM,
              "duckdb/in-use",
              "another process has " + path + " open, and DuckDB allows one: " + message,
              "stop the other process, or read through this one with: rapidbyte query"),
          cause);
    }
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            "duckdb/cannot-open",
            "cannot open " + path + ": " + message,
            "check the path, its directory's permissions and free space"),
        cause);
  }
}
