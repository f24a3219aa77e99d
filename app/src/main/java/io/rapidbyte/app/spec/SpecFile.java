package io.rapidbyte.app.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.app.console.Failure;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PipelineSpecParser;
import io.rapidbyte.schemas.spec.SpecResult;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Reads a pipeline.yaml. Relative paths in it are relative to the file's folder. */
public final class SpecFile {
  private static final long MAX_SECRET_BYTES = 1 << 20;

  private SpecFile() {}

  /**
   * The spec in {@code file}.
   *
   * @throws SpecRefused where the file has mistakes; it carries all of them
   * @throws io.rapidbyte.schemas.error.RapidbyteException where there is no such file
   */
  public static PipelineSpec load(Path file, Map<String, String> environment) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path base = folder == null ? Path.of("/") : folder;
    PipelineSpecParser parser =
        new PipelineSpecParser(base, environment::get, path -> secret(base.resolve(path)));
    return switch (parser.parse(read(file))) {
      case SpecResult.Valid(PipelineSpec spec) -> spec;
      case SpecResult.Invalid(var problems) -> throw new SpecRefused(file, problems);
    };
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (NoSuchFileException _) {
      throw Failure.config(
          "no-file",
          "there is no file " + file,
          "write one (rapidbyte run --help shows an example) or name it: rapidbyte run FILE");
    } catch (MalformedInputException _) {
      throw Failure.config("no-text", file + " is not UTF-8 text", "save it as UTF-8");
    } catch (IOException e) {
      throw Failure.config(
          "unreadable", file + " cannot be read: " + e.getMessage(), "check its permissions");
    }
  }

  private static Optional<String> secret(Path file) {
    try {
      return Files.size(file) > MAX_SECRET_BYTES
          ? Optional.empty()
          : Optional.of(Files.readString(file, UTF_8));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
