package io.rapidbyte.schemas.error;

/**
 * Codes that more than one room raises or acts on. A code that only one room knows stands there.
 */
public final class Codes {
  /** Another system, a branched timeline, or a log that ends before our position. */
  public static final String DIVERGED = "source/diverged";

  /** The source can no longer hand out what follows our position. */
  public static final String SOURCE_RESYNC_REQUIRED = "source/resync-required";

  /** What stands in the progress topic is damaged, or of another version. */
  public static final String PROGRESS_UNREADABLE = "source/progress-unreadable";

  /** The slot is there and no progress of ours: it was lost, or the slot is somebody else's. */
  public static final String SLOT_NOT_OURS = "source/slot-not-ours";

  /** Topic and destination no longer meet: retention passed, or one of them was replaced. */
  public static final String SINK_RESYNC_REQUIRED = "sink/resync-required";

  /** Transforms cannot go on where they were: their group or a topic was lost. */
  public static final String PROCESS_RESYNC_REQUIRED = "process/resync-required";

  /** A row above {@code limits.max_row}. */
  public static final String ROW_TOO_LARGE = "source/row-too-large";

  /** An update names unchanged values and there is no row to take them from. */
  public static final String MISSING_BASE = "data/missing-base";

  private Codes() {}

  /** Whether the failure is mended by {@code rapidbyte resync}, and ends the command with 7. */
  public static boolean needsResync(ErrorInfo error) {
    return switch (error.code()) {
      case DIVERGED,
          SOURCE_RESYNC_REQUIRED,
          SLOT_NOT_OURS,
          PROGRESS_UNREADABLE,
          PROCESS_RESYNC_REQUIRED,
          SINK_RESYNC_REQUIRED ->
          true;
      default -> false;
    };
  }
}
