package io.rapidbyte.schemas.error;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure, from the wire to the command's last line.
 *
 * @param code stable and greppable, {@code category-independent/kebab-case}, such as {@code
 *     source/slot-missing}; the part before the slash names the room that raised it
 * @param message what happened, to what; one line, no secrets
 * @param fix what to do about it, as a command or SQL where there is one; empty where nothing can
 *     be done
 * @param retryAfter what the other side asked for, if it asked
 * @param safeToRetry whether the same work may be repeated without effect twice
 * @param details further facts, by name; no secrets
 */
public record ErrorInfo(
    Category category,
    Scope scope,
    String code,
    String message,
    String fix,
    boolean retryable,
    @Nullable Duration retryAfter,
    Backoff backoff,
    boolean safeToRetry,
    CommitState commitState,
    Map<String, String> details) {

  public ErrorInfo {
    Objects.requireNonNull(category, "category");
    details = Map.copyOf(details);
  }

  /** A failure that stays until somebody mends its cause. */
  public static ErrorInfo permanent(
      Category category, Scope scope, String code, String message, String fix) {
    return new ErrorInfo(
        category,
        scope,
        code,
        message,
        fix,
        false,
        null,
        Backoff.NORMAL,
        true,
        CommitState.BEFORE_COMMIT,
        Map.of());
  }

  /** A failure that is expected to pass; nothing was committed. */
  public static ErrorInfo passing(
      Category category, Scope scope, String code, String message, Backoff backoff) {
    return new ErrorInfo(
        category,
        scope,
        code,
        message,
        "",
        true,
        null,
        backoff,
        true,
        CommitState.BEFORE_COMMIT,
        Map.of());
  }

  /** The same failure with another state of its transaction. */
  public ErrorInfo withCommitState(CommitState state) {
    return new ErrorInfo(
        category,
        scope,
        code,
        message,
        fix,
        retryable,
        retryAfter,
        backoff,
        safeToRetry && state == CommitState.BEFORE_COMMIT,
        state,
        details);
  }

  /** The same failure where it concerns the stream: no row or batch is at fault. */
  public ErrorInfo ofStream() {
    return new ErrorInfo(
        category,
        Scope.STREAM,
        code,
        message,
        fix,
        retryable,
        retryAfter,
        backoff,
        safeToRetry,
        commitState,
        details);
  }

  /** The same failure with one more fact. */
  public ErrorInfo with(String name, String value) {
    var more = new java.util.TreeMap<>(details);
    more.put(name, value);
    return new ErrorInfo(
        category,
        scope,
        code,
        message,
        fix,
        retryable,
        retryAfter,
        backoff,
        safeToRetry,
        commitState,
        more);
  }

  /** One line for a person: code, message and, where there is one, the fix. */
  public String line() {
    return fix.isEmpty() ? code + ": " + message : code + ": " + message + " — " + fix;
  }
}
