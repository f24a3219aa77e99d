package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.decode.LogVisitor;
import io.rapidbyte.schemas.position.Lsn;

/**
 * Reads the log of a slot and tells what is in it, message by message, in the log's order. Confirms
 * nothing, remembers nothing: what was told before comes again after a restart, and the listener
 * drops it.
 *
 * <p>One thread calls {@link #next}; it also closes.
 */
public interface LogReader extends AutoCloseable {
  /** Who is told. */
  interface Listener {
    /**
     * A message of the log has come. What it says is told to the visitor that is returned, before
     * {@link #next} returns.
     *
     * @param bytes its size on the wire
     * @param serverEnd bits of the LSN where the server's log ended when it was sent
     */
    LogVisitor message(int bytes, long serverEnd);

    /**
     * Everything that commits before {@code end} has been told.
     *
     * @param replyAsked whether the server waits for a status update
     */
    void keepalive(Lsn end, boolean replyAsked);
  }

  /**
   * Tells the listener what comes next; does not wait for it.
   *
   * @return whether something had come
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the log cannot be read
   */
  boolean next(Listener listener);

  /** Stops reading, promptly; the connection may be cut already. */
  @Override
  void close();
}
