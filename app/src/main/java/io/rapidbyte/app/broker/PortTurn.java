package io.rapidbyte.app.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The turn to look for a free port and to listen on it. A broker that finds its port taken between
 * the two cannot be stopped in order; so processes of this user do both one after the other.
 */
final class PortTurn implements AutoCloseable {
  /** A file's lock is the process's; its threads need one besides. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final FileChannel channel;
  private final FileLock lock;

  private PortTurn(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /** Waits for it: as long as one broker takes to start. */
  static PortTurn take() throws IOException {
    THREADS.lock();
    try {
      Path file =
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "rapidbyte-" + System.getProperty("user.name") + "-ports.lock");
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        return new PortTurn(channel, channel.lock());
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      THREADS.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      lock.release();
      channel.close();
    } finally {
      THREADS.unlock();
    }
  }
}
