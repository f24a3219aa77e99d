package io.rapidbyte.app.console;

import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import java.util.Set;

/** What the process ends with. */
public enum ExitCode {
  OK(0),
  /** What was compared differs: source and warehouse at the demo's end, a module's case. */
  DIFFERENT(1),
  /** Usage or configuration. */
  CONFIG(2),
  SOURCE(3),
  DESTINATION(4),
  /** A row was refused under {@code on_data_error: fail}. */
  DATA(5),
  /** A contract or the evolution policy says fail. */
  SCHEMA(6),
  /** Diverged, or a resync is needed. */
  RESYNC(7),
  INTERNAL(70);

  /** Found at the source or a destination, mended in pipeline.yaml. */
  private static final Set<String> IN_THE_FILE =
      Set.of(
          "source/unknown-column",
          "source/where",
          "source/where-refused",
          "source/stream",
          "source/table-missing",
          "source/topic-collision",
          "source/key-not-selected",
          "source/no-key",
          "source/slot-name",
          "source/publication-name",
          "sink/no-key",
          "sink/mode-unsupported");

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** The process's status. */
  public int status() {
    return status;
  }

  /** The code for a failure: by its category and by the room that its code names. */
  public static ExitCode of(ErrorInfo error) {
    if (Codes.needsResync(error)) {
      return RESYNC;
    }
    return switch (error.category()) {
      case DATA -> DATA;
      case SCHEMA -> SCHEMA;
      case INTERNAL -> INTERNAL;
      case CONFIG, AUTH, RATE_LIMIT, TRANSIENT -> byRoom(error);
    };
  }

  private static ExitCode byRoom(ErrorInfo error) {
    String code = error.code();
    if (IN_THE_FILE.contains(code)) {
      return CONFIG;
    }
    String room = code.substring(0, Math.max(0, code.indexOf('/')));
    return switch (room) {
      case "source" -> SOURCE;
      case "sink", "destination", "duckdb", "postgres" -> DESTINATION;
      default -> CONFIG;
    };
  }
}
