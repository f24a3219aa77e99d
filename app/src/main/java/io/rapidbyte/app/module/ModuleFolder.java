package io.rapidbyte.app.module;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rapidbyte.app.console.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a module's author works: {@code manifest.json}, sources, {@code tests}, and the built
 * {@code ID.wasm}.
 *
 * @param path the folder
 * @param built the module, which need not be there yet
 */
public record ModuleFolder(Path path, Path built) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * The folder that a person names, or in which the named file is.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException {@code config/module-folder}
   */
  public static ModuleFolder of(Path place) {
    if (Files.isRegularFile(place) || place.toString().endsWith(".wasm")) {
      Path parent = place.toAbsolutePath().getParent();
      return new ModuleFolder(parent == null ? Path.of(".") : parent, place);
    }
    return new ModuleFolder(place, place.resolve(id(place) + ".wasm"));
  }

  private static String id(Path folder) {
    Path manifest = folder.resolve("manifest.json");
    if (!Files.exists(manifest)) {
      throw refused(
          folder + " has no manifest.json",
          "go into a module's folder, or make one: rapidbyte module new --lang rust NAME");
    }
    try {
      String id = JSON.readTree(Files.readString(manifest)).path("id").asText();
      if (!id.matches("[a-z0-9-]{1,64}")) {
        throw refused(
            manifest + ": id is '" + id.replaceAll("[^ -~]", "?") + "'",
            "give the module a name of small letters, digits and hyphens");
      }
      return id;
    } catch (JsonProcessingException e) {
      throw refused(
          manifest
              + " line "
              + e.getLocation().getLineNr()
              + " is no JSON: "
              + e.getOriginalMessage(),
          "mend the line");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RuntimeException refused(String what, String mend) {
    return Failure.config("module-folder", what, mend);
  }

  /** What the module says of itself. */
  public Path manifest() {
    return path.resolve("manifest.json");
  }

  /** Its cases. */
  public Path tests() {
    return path.resolve("tests");
  }
}
