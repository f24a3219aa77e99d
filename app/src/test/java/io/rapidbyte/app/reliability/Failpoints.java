package io.rapidbyte.app.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The failpoints that there are, read from the sources: nobody has to keep a list. */
final class Failpoints {
  static final int HITS = 3;
  private static final Pattern HIT = Pattern.compile("Failpoint\\.hit\\(\"([a-z.]+)\"\\)");

  /**
   * The processor's failpoints are struck by a test that has transforms, {@code ProcessKillTest}.
   */
  private static final List<String> ROOMS = List.of("cdc-ingest", "sink-runner", "app");

  private static final List<String> OF_A_BEGINNING = List.of("snap.", "sink.ddl", "sink.reseat");

  private Failpoints() {}

  /** All names, in their order. */
  static Set<String> names() {
    Path root = Path.of(System.getProperty("rapidbyte.root", "."));
    Set<String> names = new TreeSet<>();
    for (String room : ROOMS) {
      try (Stream<Path> files = Files.walk(root.resolve(room).resolve("src/main/java"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          Matcher matcher = HIT.matcher(Files.readString(file, UTF_8));
          while (matcher.find()) {
            names.add(matcher.group(1));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return names;
  }

  /** Every place and moment: {@code name:hit}, and {@code name:hit:stall}. */
  static Stream<String> moments() {
    return names().stream().flatMap(Failpoints::moments);
  }

  private static Stream<String> moments(String name) {
    return Stream.concat(
        Stream.iterate(1, hit -> hit <= HITS, hit -> hit + 1).map(hit -> name + ":" + hit),
        Stream.of(name + ":2:stall"));
  }

  /**
   * The same in lives: moments with a space between are deaths of one pipeline, one after the
   * other. Those of a beginning have a pipeline each.
   */
  static Stream<String> lives() {
    return names().stream()
        .flatMap(
            name ->
                OF_A_BEGINNING.stream().anyMatch(name::startsWith)
                    ? moments(name)
                    : Stream.of(moments(name).collect(Collectors.joining(" "))));
  }

  /** Which role hits a failpoint. */
  static String role(String moment) {
    return moment.startsWith("sink.") ? "sink" : "ingest";
  }
}
