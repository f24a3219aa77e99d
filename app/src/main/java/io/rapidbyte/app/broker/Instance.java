package io.rapidbyte.app.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A name for this process among those that run a pipeline at the same time, which its successor in
 * the same home takes over. The first free one of a row of locked files; the system frees the lock
 * of a process that was killed.
 */
public final class Instance implements AutoCloseable {
  private static final int MANY = 1000;

  private final FileChannel channel;
  private final String name;

  private Instance(FileChannel channel, String name) {
    this.channel = channel;
    this.name = name;
  }

  /** Takes the first free name. */
  public static Instance take(Home home, String pipeline) {
    Path folder = home.folder().resolve("instances").resolve(pipeline);
    try {
      Files.createDirectories(folder);
      for (int i = 0; i < MANY; i++) {
        Path file = folder.resolve(i + ".lock");
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (isLocked(channel)) {
          return new Instance(channel, name(folder.resolve(i + ".name")));
        }
        channel.close();
      }
      throw new IllegalStateException("the pipeline runs " + MANY + " times in " + home.folder());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write in " + folder, e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false; // another run in this very process
    }
  }

  /** What a killed process left half written is written anew. */
  private static String name(Path file) throws IOException {
    if (Files.exists(file)) {
      String before = Files.readString(file, UTF_8);
      if (before.length() == UUID.randomUUID().toString().length()) {
        return before;
      }
    }
    String fresh = UUID.randomUUID().toString();
    Files.writeString(file, fresh, UTF_8);
    return fresh;
  }

  /** The name. */
  public String name() {
    return name;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
