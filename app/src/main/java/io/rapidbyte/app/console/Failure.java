package io.rapidbyte.app.console;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;

/** What a failure looks like on the console and in JSON. */
public final class Failure {
  private Failure() {}

  /** What is known of any throwable; one that is not ours is a defect. */
  public static ErrorInfo of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RapidbyteException ours) {
        return ours.error();
      }
    }
    return ErrorInfo.permanent(
        Category.INTERNAL,
        Scope.STREAM,
        "internal/defect",
        thrown.getClass().getSimpleName() + ": " + firstLine(String.valueOf(thrown.getMessage())),
        "run again with --verbose and report what it prints");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** A mistake in how the command was called or set up. */
  public static RapidbyteException config(String code, String message, String fix) {
    return new RapidbyteException(
        ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, "config/" + code, message, fix));
  }

  /** The failure as one object. */
  public static ObjectNode json(ErrorInfo error) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("category", error.category().label());
    node.put("code", error.code());
    node.put("message", error.message());
    node.put("fix", error.fix());
    node.put("retryable", error.retryable());
    ObjectNode details = node.putObject("details");
    error.details().forEach(details::put);
    return node;
  }
}
