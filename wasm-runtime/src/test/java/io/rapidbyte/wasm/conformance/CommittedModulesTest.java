package io.rapidbyte.wasm.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The committed {@code .wasm} files are what the sources beside them give. {@code modules/build}
 * records what it built of what; whoever changes a source and does not build again is told here,
 * where no compiler is needed.
 */
final class CommittedModulesTest {
  private static final Path ROOT = Path.of("..");
  private static final int OTHER_COMPILER = 3;

  /** What {@code modules/build} builds by that name. */
  static List<String> built() throws IOException {
    return files(Language.MODULES, 1)
        .map(file -> file.getFileName().toString())
        .filter(file -> file.endsWith(".built"))
        .map(file -> file.replace(".built", ""))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("built")
  void isWhatWasBuiltOfTheSourcesAsTheyStand(String what) throws Exception {
    Map<String, String> recorded =
        Files.readAllLines(Language.MODULES.resolve(what + ".built")).stream()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split(" {2}", 2))
            .collect(Collectors.toMap(parts -> parts[1], parts -> parts[0]));
    for (Map.Entry<String, String> entry : recorded.entrySet()) {
      assertThat(digest(ROOT.resolve(entry.getKey())))
          .as("%s: `modules/build %s` builds it again", entry.getKey(), what)
          .isEqualTo(entry.getValue());
    }
    assertThat(recorded.keySet())
        .as("`modules/build %s` builds it again", what)
        .containsAll(counting(what));
  }

  @ParameterizedTest
  @MethodSource("built")
  @Tag("chaos")
  void isBuiltAgainByteForByte(String what) throws Exception {
    Process build =
        new ProcessBuilder("modules/build", "--check", what)
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(build.getInputStream().readAllBytes(), UTF_8);
    int exit = build.waitFor();
    assumeThat(exit).as(said).isNotEqualTo(OTHER_COMPILER);
    assertThat(exit).as(said).isZero();
  }

  private static String digest(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  /** The files of its own that go into it or come of it. */
  private static List<String> counting(String what) throws IOException {
    Stream<Path> all =
        what.equals("tests")
            ? Stream.concat(ofEachRoom("src/test/guests"), ofEachRoom("src/test/resources/guests"))
            : Stream.concat(
                files(ROOT.resolve("modules").resolve(what), Integer.MAX_VALUE),
                files(Language.MODULES.resolve(what), 1));
    return all.map(file -> ROOT.relativize(file).toString())
        .filter(file -> !file.endsWith(".md") && !file.contains("/template/"))
        .toList();
  }

  private static Stream<Path> ofEachRoom(String folder) throws IOException {
    List<Path> found;
    try (Stream<Path> rooms = Files.list(ROOT)) {
      found = rooms.map(room -> room.resolve(folder)).filter(Files::isDirectory).toList();
    }
    Stream<Path> all = Stream.of();
    for (Path each : found) {
      all = Stream.concat(all, files(each, Integer.MAX_VALUE));
    }
    return all;
  }

  private static Stream<Path> files(Path folder, int depth) throws IOException {
    try (Stream<Path> all = Files.walk(folder, depth)) {
      return all.filter(Files::isRegularFile).toList().stream();
    }
  }
}
