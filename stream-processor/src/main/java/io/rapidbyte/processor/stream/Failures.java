package io.rapidbyte.processor.stream;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** What failures of a stream's application mean, by their types. */
final class Failures {
  private Failures() {}

  /** What to do about a failure: its own words where it is ours. */
  static RapidbyteException of(String doing, Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof RapidbyteException ours) {
        return ours;
      } else if (t instanceof AuthenticationException) {
        return permanent(Category.AUTH, "login", doing, t, "check kafka.properties");
      } else if (t instanceof AuthorizationException) {
        return permanent(
            Category.AUTH,
            "acl",
            doing,
            t,
            "grant the pipeline's principal its topics, groups and transactional ids, those that"
                + " begin with <pipeline>.process. among them");
      } else if (t instanceof RecordTooLargeException) {
        return permanent(
            Category.CONFIG,
            "record-too-large",
            doing,
            t,
            "raise the broker's message.max.bytes, or lower limits.record");
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new RapidbyteException(
        ErrorInfo.passing(
            Category.TRANSIENT,
            Scope.STREAM,
            "process/kafka",
            doing + " failed: " + root,
            Backoff.NORMAL),
        failure);
  }

  private static RapidbyteException permanent(
      Category category, String code, String doing, Throwable cause, String fix) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            category,
            Scope.STREAM,
            "process/kafka-" + code,
            doing + " failed: " + cause.getMessage(),
            fix),
        cause);
  }
}
