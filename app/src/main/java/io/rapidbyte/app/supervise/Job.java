package io.rapidbyte.app.supervise;

/** Something that runs until it is closed. */
public interface Job extends AutoCloseable {
  /**
   * Works on the caller's thread until {@link #close}.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where it cannot go on
   */
  void run();

  /** Ends {@link #run} from any thread, within ten seconds. Idempotent. */
  @Override
  void close();
}
