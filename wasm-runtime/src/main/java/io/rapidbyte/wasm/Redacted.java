package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.time.Duration;

/** Passes on what a guest says, without the secrets that it was told. */
record Redacted(GuestObserver listener, Redaction redaction) implements GuestObserver {
  @Override
  public void logged(LogLevel level, String line) {
    listener.logged(level, redaction.of(line));
  }

  @Override
  public void measured(MetricKind kind, String name, double value) {
    listener.measured(kind, redaction.of(name), value);
  }

  @Override
  public void called(Duration took) {
    listener.called(took);
  }

  @Override
  public void discarded(ErrorInfo why) {
    listener.discarded(why);
  }
}
