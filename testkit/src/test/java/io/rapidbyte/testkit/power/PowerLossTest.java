package io.rapidbyte.testkit.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.process.ForkedJvm;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PowerLossTest {
  @TempDir private Path folder;

  /** Appends, syncs, appends again, and dies. */
  public static final class Writer {
    private Writer() {}

    /** The folder is the argument. */
    public static void main(String[] args) throws Exception {
      write(Path.of(args[0], "synced.log"), true);
      write(Path.of(args[0], "never.log"), false);
      Runtime.getRuntime().halt(9);
    }

    private static void write(Path file, boolean sync) throws Exception {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(new byte[100]));
        if (sync) {
          channel.force(false);
        }
        channel.write(ByteBuffer.wrap(new byte[50]));
      }
    }
  }

  @Test
  void losesWhatWasNotSynced() throws Exception {
    Path journal = folder.resolve("journal");
    ForkedJvm.Options options =
        ForkedJvm.Options.of(Writer.class.getName(), folder.toString())
            .flag(FsyncAgent.flag(folder, journal));
    try (ForkedJvm jvm = ForkedJvm.start(options)) {
      assertThat(jvm.waitFor(Duration.ofSeconds(30))).as(jvm.output()).hasValue(9);
    }
    assertThat(Files.size(folder.resolve("synced.log"))).isEqualTo(150);
    assertThat(PowerLoss.strike(journal, folder, ".log")).isEqualTo(50 + 150);
    assertThat(Files.size(folder.resolve("synced.log"))).isEqualTo(100);
    assertThat(Files.size(folder.resolve("never.log"))).isZero();
  }
}
