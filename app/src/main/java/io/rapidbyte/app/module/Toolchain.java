package io.rapidbyte.app.module;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compilers, where they are found on this machine. */
final class Toolchain {
  private Toolchain() {}

  /**
   * One call of a compiler, in the module's folder.
   *
   * @param environment beside what this process has
   */
  record Call(List<String> words, Map<String, String> environment) {
    Call {
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
    }

    static Call of(List<String> tool, String... more) {
      List<String> words = new ArrayList<>(tool);
      words.addAll(List.of(more));
      return new Call(words, Map.of());
    }

    Call and(String... more) {
      List<String> all = new ArrayList<>(words);
      all.addAll(List.of(more));
      return new Call(all, environment);
    }

    Call in(Map<String, String> wanted) {
      return new Call(words, wanted);
    }
  }

  /** A program of the search path. */
  static Optional<List<String>> onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .map(found -> List.of(found.toString()));
  }

  /** A program that {@code modules/build} of our repository, or anybody, has put into the cache. */
  static Optional<List<String>> cached(String program, String... more) {
    Map<String, String> environment = System.getenv();
    String cache =
        environment.getOrDefault(
            "XDG_CACHE_HOME", Path.of(System.getProperty("user.home"), ".cache").toString());
    String root =
        environment.getOrDefault(
            "RAPIDBYTE_TOOLCHAINS", Path.of(cache, "rapidbyte", "toolchains").toString());
    Path found = Path.of(root, program);
    if (!Files.isExecutable(found)) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>(List.of(found.toString()));
    words.addAll(List.of(more));
    return Optional.of(words);
  }

  /** A rustc that can compile for wasm32; the first of the path often cannot, and another can. */
  static Optional<List<String>> rustc() {
    List<String> usual = List.of("/usr/bin/rustc", "/usr/local/bin/rustc");
    return Stream.concat(
            onPath("rustc").stream(),
            usual.stream().filter(p -> Files.isExecutable(Path.of(p))).map(List::of))
        .filter(Toolchain::compilesForWasm)
        .findFirst();
  }

  private static boolean compilesForWasm(List<String> rustc) {
    return answer(Call.of(rustc, "--print", "sysroot").words())
        .map(root -> Path.of(root, "lib", "rustlib", "wasm32-unknown-unknown", "lib"))
        .filter(Files::isDirectory)
        .isPresent();
  }

  private static Optional<String> answer(List<String> words) {
    try {
      Process process =
          new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (Stream<String> lines = process.inputReader(StandardCharsets.UTF_8).lines()) {
        String text = lines.collect(Collectors.joining("\n")).strip();
        return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
