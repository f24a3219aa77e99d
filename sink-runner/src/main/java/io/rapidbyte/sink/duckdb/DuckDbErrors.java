package io.rapidbyte.sink.duckdb;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a DuckDB error means for the stream that met it.
 *
 * <p>DuckDB's driver reports neither SQLSTATE nor code; an error's kind is the fixed word that its
 * message begins with (DuckDB's {@code ExceptionType}), and only that word is read here.
 */
final class DuckDbErrors {
  /** The code where DuckDB refuses all further work until the file is closed. */
  private static final String BROKEN = "duckdb/broken";

  /** A write that fails while less than that is free fails for want of space. */
  private static final long FREE_BYTES = 32L * 1024 * 1024;

  private final Path path;
  private volatile @Nullable ErrorInfo fault;

  /** Errors of one file. */
  DuckDbErrors(Path path) {
    this.path = path;
  }

  /** Why the file has to be opened again, where DuckDB refuses all further work. */
  Optional<ErrorInfo> fault() {
    return Optional.ofNullable(fault);
  }

  /** The file was opened again. */
  void opened() {
    fault = null;
  }

  /** The failure of a statement or commit about {@code what}. */
  RapidbyteException failure(String what, SQLException cause) {
    return new RapidbyteException(classify(what, cause), cause);
  }

  private ErrorInfo classify(String what, SQLException cause) {
    ErrorInfo error = byKind(what + ": " + firstLine(cause), kind(cause));
    if (error.code().equals(BROKEN)) {
      fault = error;
    }
    return error;
  }

  private ErrorInfo byKind(String text, String kind) {
    boolean writing =
        switch (kind) {
          case "io", "transactioncontext", "fatal", "internal", "out of memory" -> true;
          default -> false;
        };
    boolean broken = kind.equals("fatal") || kind.equals("internal");
    if (writing && free() < FREE_BYTES) {
      return diskFull(broken ? BROKEN : "duckdb/disk-full");
    }
    return switch (kind) {
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
          ErrorInfo.passing(
              Category.INTERNAL,
              Scope.STREAM,
              BROKEN,
              "DuckDB refuses further work and is opened again: " + text,
              Backoff.SLOW);
      default ->
          ErrorInfo.permanent(
              Category.SCHEMA,
              Scope.STREAM,
              "duckdb/refused",
              text,
              "compare the table in the warehouse with the source's");
    };
  }

  private ErrorInfo diskFull(String code) {
    long mib = free() / (1024 * 1024);
    return new ErrorInfo(
        Category.TRANSIENT,
        Scope.STREAM,
        code,
        "the disk under " + path + " is full (" + mib + " MiB free)",
        "free some space; what is missing is then written by itself",
        true,
        null,
        Backoff.SLOW,
        true,
        CommitState.BEFORE_COMMIT,
        Map.of());
  }

  private long free() {
    try {
      Path folder = path.toAbsolutePath().getParent();
      return Files.getFileStore(folder == null ? path : folder).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
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
  RapidbyteException commitFailure(String what, SQLException cause) {
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
  RapidbyteException cannotOpen(SQLException cause) {
    String message = firstLine(cause);
    ErrorInfo error = classify("open " + path, cause);
    if (error.code().equals(BROKEN) || error.code().equals("duckdb/disk-full")) {
      return new RapidbyteException(error, cause);
    }
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
