package io.rapidbyte.ingest.preflight;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.List;

/**
 * One thing that was looked at.
 *
 * @param code stable and greppable, {@code source/…}
 * @param subject what it is about: a stream's name, or {@code server}, {@code role}, {@code
 *     publication}
 * @param message what is so; one line, no secrets
 * @param mend the SQL or step that changes it; empty where nothing need be done
 */
public record Finding(Severity severity, String code, String subject, String message, String mend) {

  /** How much it matters. */
  public enum Severity {
    /** As it should be. */
    OK,
    /** Good to know. */
    INFO,
    /** The pipeline runs, but not as well as it could, or not under all conditions. */
    WARNING,
    /** The pipeline cannot run. */
    FAILURE
  }

  static Finding ok(String code, String subject, String message) {
    return new Finding(Severity.OK, code, subject, message, "");
  }

  static Finding info(String code, String subject, String message, String mend) {
    return new Finding(Severity.INFO, code, subject, message, mend);
  }

  static Finding warning(String code, String subject, String message, String mend) {
    return new Finding(Severity.WARNING, code, subject, message, mend);
  }

  static Finding failure(String code, String subject, String message, String mend) {
    return new Finding(Severity.FAILURE, code, subject, message, mend);
  }

  static Finding of(String subject, ErrorInfo error) {
    return failure(error.code(), subject, error.message(), error.fix());
  }

  /** Whether the pipeline cannot run. */
  public boolean isFailure() {
    return severity == Severity.FAILURE;
  }

  /**
   * Passes where no finding is a failure.
   *
   * @throws RapidbyteException with the first failure
   */
  public static void requireNone(List<Finding> findings) {
    findings.stream()
        .filter(Finding::isFailure)
        .findFirst()
        .ifPresent(
            f -> {
              throw new RapidbyteException(
                  ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, f.code, f.message, f.mend));
            });
  }
}
