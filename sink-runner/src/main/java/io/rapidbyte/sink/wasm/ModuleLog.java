package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.LogLevel;
import io.rapidbyte.wasm.Redaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a module says, in the log, with its destination and stream. */
final class ModuleLog implements GuestObserver {
  private static final Logger LOG = LoggerFactory.getLogger("io.rapidbyte.module");

  private final String where;
  private final Redaction redaction;

  ModuleLog(String destination, String stream, Redaction redaction) {
    this.redaction = redaction;
    this.where = destination + ", " + stream;
  }

  @Override
  public void logged(LogLevel level, String said) {
    String line = redaction.of(said);
    switch (level) {
      case DEBUG -> LOG.debug("{}: {}", where, line);
      case INFO -> LOG.info("{}: {}", where, line);
      case WARN -> LOG.warn("{}: {}", where, line);
      case ERROR -> LOG.error("{}: {}", where, line);
    }
  }

  @Override
  public void discarded(ErrorInfo why) {
    LOG.warn("{}: the module is started anew: {}", where, redaction.of(why).line());
  }
}
