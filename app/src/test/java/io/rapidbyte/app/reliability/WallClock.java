package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * The wall clock of processes, which the test sets: a library of a few lines in C, built where
 * there is a compiler, that is loaded before the C library.
 */
final class WallClock {
  private final Path library;
  private final Path shift;

  private WallClock(Path library, Path shift) {
    this.library = library;
    this.shift = shift;
  }

  /** A clock that is right; the test is skipped, and says so, where no C compiler is found. */
  static WallClock build(Path directory) throws IOException, InterruptedException {
    Path source = directory.resolve("clock.c");
    try (InputStream in =
        Objects.requireNonNull(WallClock.class.getResourceAsStream("/reliability/clock.c"))) {
      Files.copy(in, source);
    }
    Path library = directory.resolve("clock.so");
    WallClock clock = new WallClock(library, directory.resolve("shift"));
    clock.off(Duration.ZERO);
    boolean built = false;
    try {
      Process compiler =
          new ProcessBuilder(
                  "cc",
                  "-O2",
                  "-shared",
                  "-fPIC",
                  "-o",
                  library.toString(),
                  source.toString(),
                  "-ldl")
              .inheritIO()
              .start();
      built = compiler.waitFor() == 0;
    } catch (IOException e) {
      System.out.println("skipped: no C compiler (cc): " + e.getMessage());
    }
    assumeTrue(built, "skipped: no C compiler (cc) builds the shim that sets the clock");
    clock.off(Duration.ofDays(1));
    assertThat(clock.told(directory) - System.currentTimeMillis() / 1000)
        .as("seconds by which a child's clock is ahead")
        .isGreaterThan(Duration.ofHours(23).toSeconds());
    clock.off(Duration.ZERO);
    return clock;
  }

  /** What a child takes the time to be, in seconds since 1970. */
  private long told(Path directory) throws IOException, InterruptedException {
    Path out = directory.resolve("date");
    ProcessBuilder date = new ProcessBuilder("date", "+%s").redirectOutput(out.toFile());
    date.environment().putAll(environment());
    assertThat(date.start().waitFor()).isZero();
    return Long.parseLong(Files.readString(out).strip());
  }

  /** What a process needs in its environment. */
  Map<String, String> environment() {
    return Map.of("LD_PRELOAD", library.toString(), "CLOCK_SHIFT", shift.toString());
  }

  /** From now on it is off by so much, in processes that run, too. */
  void off(Duration by) throws IOException {
    ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    seconds.putLong(by.toSeconds()).flip();
    if (Files.exists(shift)) {
      try (var file = FileChannel.open(shift, StandardOpenOption.WRITE)) {
        file.write(seconds, 0);
      }
    } else {
      Files.write(shift, seconds.array());
    }
  }
}
