package io.rapidbyte.testkit.power;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the process under the agent has made durable: a line per fsync, file length and path. Called
 * from {@code FileChannel.force} itself, hence visible to the boot loader and free of everything
 * but {@code java.base}. Any thread.
 *
 * <p>The journal is written through to the operating system, which outlives the process.
 */
public final class FsyncJournal {
  private static final ThreadLocal<long[]> LENGTH = ThreadLocal.withInitial(() -> new long[1]);

  private static final AtomicReference<@Nullable FileOutputStream> JOURNAL =
      new AtomicReference<>();

  private FsyncJournal() {}

  /** Where lines go from now on. */
  static void open(String path) throws IOException {
    JOURNAL.set(new FileOutputStream(path, true));
  }

  /** An fsync begins: what the file holds now will be durable when it has ended. */
  public static void forcing(FileChannel channel) throws IOException {
    if (JOURNAL.get() != null) {
      LENGTH.get()[0] = channel.size();
    }
  }

  /** The fsync that this thread began has ended. */
  public static void forced(@Nullable String path) throws IOException {
    FileOutputStream out = JOURNAL.get();
    if (out != null && path != null) {
      out.write((LENGTH.get()[0] + " " + path + "\n").getBytes(UTF_8));
    }
  }
}
