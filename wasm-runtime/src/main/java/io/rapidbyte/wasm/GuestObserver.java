package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.time.Duration;

/**
 * Hears what a guest says. Called on the guest's thread during a call; must return quickly and not
 * throw. Texts are bounded and without control characters.
 */
public interface GuestObserver {
  /** Hears nothing. */
  GuestObserver SILENT = new GuestObserver() {};

  /** A line of {@code log}, or of standard output or error. */
  default void logged(LogLevel level, String line) {}

  /** A number of {@code metric}. The name has letters, digits and underscores, at most 64. */
  default void measured(MetricKind kind, String name, double value) {}

  /** A call has ended, whatever came of it. On the caller's thread. */
  default void called(Duration took) {}

  /** The instance was thrown away; the next call makes a new one. */
  default void discarded(ErrorInfo why) {}
}
