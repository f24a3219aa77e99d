package io.rapidbyte.ingest.debezium;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Debezium's change events, in the order in which it made them. One thread. */
final class Events {
  private final Source source;
  private final Deque<SourceRecord> waiting = new ArrayDeque<>();

  Events(Source source) {
    this.source = source;
  }

  /** Where events come from. */
  interface Source {
    /** Those that have been made since; waits a moment at most. */
    List<SourceRecord> poll() throws InterruptedException;
  }

  /**
   * The next event, which must be one of that frame: all that Debezium makes of a frame is enqueued
   * before the frame is handed over.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Debezium has made none, or failed
   */
  Struct next(long frame) {
    if (waiting.isEmpty()) {
      poll();
    }
    SourceRecord next = waiting.poll();
    if (next == null || !(next.value() instanceof Struct event)) {
      throw Failures.differs("it leaves out a change");
    }
    long number = event.getStruct("source").getInt64("lsn");
    if (number != frame) {
      throw Failures.differs("it leaves out a change, or doubles one");
    }
    return event;
  }

  private void poll() {
    try {
      waiting.addAll(source.poll());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.passing("stopped while reading by Debezium", e);
    } catch (RuntimeException e) {
      throw Failures.of(e);
    }
  }
}
