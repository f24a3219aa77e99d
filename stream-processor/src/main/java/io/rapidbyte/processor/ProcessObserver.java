package io.rapidbyte.processor;

import io.rapidbyte.schemas.error.ErrorInfo;
import java.time.Duration;

/** Hears what happens to streams with transforms. Called from many threads; must not block. */
public interface ProcessObserver {
  /** A stream's transforms begin to work, or begin again. */
  default void started(String stream) {}

  /**
   * A record's rows went through the transforms; not yet committed.
   *
   * @param rowsOut to the stream's own topic behind the transforms; those on routes are not counted
   */
  default void processed(String stream, int rowsIn, int rowsOut) {}

  /** A row or record was refused; {@code kept} where it goes to the dead letters. */
  default void rejected(String stream, ErrorInfo error, boolean kept) {}

  /** The schema behind the transforms has a new version. */
  default void shaped(String stream, String topic, int version) {}

  /** A stream's transforms failed and are tried again after {@code wait}. */
  default void retrying(String stream, ErrorInfo error, Duration wait) {}

  /** A stream's transforms stopped for good; the other streams go on. */
  default void stopped(String stream, ErrorInfo error) {}
}
