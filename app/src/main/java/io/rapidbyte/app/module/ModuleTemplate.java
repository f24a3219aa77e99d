package io.rapidbyte.app.module;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.app.console.Failure;
import io.rapidbyte.wasm.module.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files with which a module begins, so that it builds and passes its case. */
public final class ModuleTemplate {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");
  private static final String PLACEHOLDER = "@NAME@";
  private static final String RESOURCES = "/module-templates/";

  private ModuleTemplate() {}

  /**
   * Writes a module's folder, which must not be there yet.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException {@code config/module-name}, {@code
   *     config/module-folder}, {@code config/module-language} where the language has not the role
   */
  public static void write(ModuleLanguage language, Role role, String name, Path folder) {
    if (!NAME.matcher(name).matches()) {
      throw Failure.config(
          "module-name",
          "a module cannot be called '" + name.replaceAll("[^ -~]", "?") + "'",
          "use small letters, digits and hyphens, beginning with a letter: mask-email");
    }
    Map<String, String> files = files(language, role);
    if (Files.exists(folder)) {
      throw Failure.config(
          "module-folder", folder + " is there already", "choose another name, or remove it");
    }
    files.forEach(
        (from, to) -> {
          byte[] text = read(from);
          Path file = folder.resolve(to.replace(PLACEHOLDER, name));
          try {
            Files.createDirectories(file.getParent());
            boolean named = new String(text, UTF_8).contains(PLACEHOLDER);
            Files.write(
                file,
                named ? new String(text, UTF_8).replace(PLACEHOLDER, name).getBytes(UTF_8) : text);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** A language's files: resource to place in the folder. */
  static Map<String, String> files(ModuleLanguage language, Role role) {
    boolean destination = role == Role.DESTINATION;
    String common = destination ? "template/destination/" : "template/";
    String test = destination ? "tests/posts-a-batch/" : "tests/masks-a-column/";
    Map<String, String> files = new LinkedHashMap<>();
    for (String file : List.of("manifest.json", "README.md")) {
      files.put(common + file, file);
    }
    for (String part : List.of("input.json", "config.json", "expected.json")) {
      files.put(common + test + part, test + part);
    }
    Map<String, String> own =
        destination
            ? language.destination().orElseThrow(() -> noDestinations(language))
            : language.template();
    own.forEach((from, to) -> files.put(language.label() + "/" + from, to));
    return files;
  }

  private static RuntimeException noDestinations(ModuleLanguage language) {
    return Failure.config(
        "module-language",
        "the SDK for " + language.label() + " has no destinations",
        "choose one of "
            + Stream.of(ModuleLanguage.values())
                .filter(each -> each.destination().isPresent())
                .map(ModuleLanguage::label)
                .collect(Collectors.joining(", ")));
  }

  private static byte[] read(String resource) {
    try (InputStream in = ModuleTemplate.class.getResourceAsStream(RESOURCES + resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
