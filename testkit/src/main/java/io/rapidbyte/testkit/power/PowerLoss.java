package io.rapidbyte.testkit.power;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a power cut leaves of files whose process kept an {@link FsyncJournal}. */
public final class PowerLoss {
  private PowerLoss() {}

  /**
   * Cuts every append-only log below a folder to what its last fsync had made durable, to nothing
   * where there was none. To be called when the process is dead.
   *
   * @param suffix of the files that are cut, such as {@code .log}
   * @return bytes that were lost
   */
  public static long strike(Path journal, Path folder, String suffix) {
    try {
      Map<Path, Long> durable = durable(journal);
      long lost = 0;
      try (Stream<Path> files = Files.walk(folder)) {
        List<Path> logs =
            files.filter(Files::isRegularFile).filter(f -> f.toString().endsWith(suffix)).toList();
        for (Path log : logs) {
          lost += cut(log, durable.getOrDefault(log.toAbsolutePath().normalize(), 0L));
        }
      }
      return lost;
    } catch (IOException e) {
      throw new UncheckedIOException("the power could not be cut", e);
    }
  }

  private static Map<Path, Long> durable(Path journal) throws IOException {
    Map<Path, Long> lengths = new HashMap<>();
    for (String line : Files.readAllLines(journal, UTF_8)) {
      int space = line.indexOf(' ');
      Path file = Path.of(line.substring(space + 1)).toAbsolutePath().normalize();
      lengths.put(file, Long.parseLong(line.substring(0, space)));
    }
    return lengths;
  }

  private static long cut(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long lost = Math.max(0, channel.size() - length);
      if (lost > 0) {
        channel.truncate(length);
      }
      return lost;
    }
  }
}
