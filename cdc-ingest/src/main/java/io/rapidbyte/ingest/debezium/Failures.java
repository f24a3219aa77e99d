package io.rapidbyte.ingest.debezium;

import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.io.IOException;
import java.sql.SQLException;

/** What Debezium fails by, as one of ours. */
final class Failures {
  static final String MEND = "source: { postgres: { engine: native } } reads it";

  private Failures() {}

  /** The failure below all that Debezium and Connect wrap around it. */
  static RapidbyteException of(Throwable failure) {
    Throwable root = failure;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      switch (each) {
        case RapidbyteException ours -> {
          return ours;
        }
        case SQLException sql -> {
          return SqlFailures.of(sql, "reading by Debezium");
        }
        case IOException io -> {
          return passing("Debezium lost the source: " + io.getMessage(), failure);
        }
        default -> root = each;
      }
    }
    return permanent("Debezium's connector has stopped: " + root.getMessage(), failure);
  }

  static RapidbyteException passing(String message, Throwable cause) {
    return new RapidbyteException(
        ErrorInfo.passing(
            Category.TRANSIENT, Scope.STREAM, "source/debezium", message, Backoff.NORMAL),
        cause);
  }

  static RapidbyteException permanent(String message, Throwable cause) {
    return new RapidbyteException(
        ErrorInfo.permanent(Category.INTERNAL, Scope.STREAM, "source/debezium", message, MEND),
        cause);
  }

  /** What Debezium says is not what the log says. */
  static RapidbyteException differs(String what) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.INTERNAL,
            Scope.STREAM,
            "source/debezium-differs",
            "Debezium differs from the log: " + what,
            MEND));
  }
}
