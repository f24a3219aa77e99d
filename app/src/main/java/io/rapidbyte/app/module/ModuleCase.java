package io.rapidbyte.app.module;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One folder below {@code tests}: batches that go in one behind the other, and what shall come out.
 *
 * @param name the folder's
 * @param inputs {@code input.json} or {@code input.arrow}, then {@code input.2.json} and so on
 * @param config {@code config.json}, {@code {}} where there is none
 * @param expected {@code expected.json}; it need not exist yet
 */
public record ModuleCase(String name, List<Path> inputs, String config, Path expected) {
  private static final JsonMapper JSON = new JsonMapper();

  public ModuleCase {
    inputs = List.copyOf(inputs);
  }

  /**
   * The cases of a module's folder, by their names.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException {@code config/fixture} where one has no
   *     input
   */
  public static List<ModuleCase> of(Path tests) {
    if (!Files.isDirectory(tests)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(tests)) {
      return folders.filter(Files::isDirectory).sorted().map(ModuleCase::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModuleCase read(Path folder) {
    List<Path> inputs = new ArrayList<>();
    for (Path next = input(folder, "");
        next != null;
        next = input(folder, "." + (inputs.size() + 1))) {
      inputs.add(next);
    }
    if (inputs.isEmpty()) {
      throw Fixture.refused(
          folder, "has no input.json or input.arrow", "write the batch that goes in");
    }
    return new ModuleCase(
        folder.getFileName().toString(),
        inputs,
        config(folder.resolve("config.json")),
        folder.resolve("expected.json"));
  }

  private static @org.jspecify.annotations.Nullable Path input(Path folder, String number) {
    for (String kind : List.of(".json", ".arrow")) {
      Path file = folder.resolve("input" + number + kind);
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }

  private static String config(Path file) {
    if (!Files.exists(file)) {
      return "{}";
    }
    try {
      return JSON.readTree(Files.readString(file)).toString();
    } catch (JsonProcessingException e) {
      throw Fixture.refused(
          file,
          "line " + e.getLocation().getLineNr() + " is no JSON: " + e.getOriginalMessage(),
          "mend the line");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
