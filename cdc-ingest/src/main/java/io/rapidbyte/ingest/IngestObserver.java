package io.rapidbyte.ingest;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.position.Lsn;
import java.time.Duration;

/**
 * Is told what ingest does, for metrics and the live view. Called on ingest's own threads, often:
 * must return at once and never throw.
 */
public interface IngestObserver {
  /** What the process is doing as a whole. */
  enum Phase {
    CONNECTING,
    /** Another process leads. */
    STANDBY,
    SNAPSHOT,
    STREAMING,
    WAITING_TO_RETRY,
    STOPPED
  }

  /** Hears nothing. */
  IngestObserver NONE = new IngestObserver() {};

  /** The process entered a phase. */
  default void phase(Phase phase) {}

  /** A stream is taken; told once a start, and again when its columns change. */
  default void stream(String stream, String topic, int schemaVersion) {}

  /** Records of a stream are durable in its topic. */
  default void committed(String stream, long rows, long bytes, long records) {}

  /**
   * A Kafka transaction was committed.
   *
   * @param took from its first record to the commit's answer
   */
  default void transaction(long records, long bytes, Duration took) {}

  /**
   * Where the log stands.
   *
   * @param durable the end of the last transaction that Kafka holds
   * @param server the log's end, as the server last said
   * @param newestCommitMicros commit time of the newest durable transaction, µs since 1970; 0
   *     before the first
   */
  default void position(Lsn durable, Lsn server, long newestCommitMicros) {}

  /** A row was refused by us: a dead letter, or left out by {@code skip}. */
  default void rejected(String stream, ErrorInfo error, boolean deadLettered) {}

  /**
   * A stream's snapshot moved on.
   *
   * @param rows rows read in this generation
   * @param estimatedRows how many there may be; -1 where unknown
   */
  default void snapshot(
      String stream, int generation, long rows, long estimatedRows, boolean done) {}

  /** An attempt failed; the next one starts after {@code wait}. */
  default void retrying(ErrorInfo error, Duration wait) {}
}
