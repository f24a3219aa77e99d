package io.rapidbyte.app.module;

import io.rapidbyte.app.console.Failure;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.ManifestPacker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Builds a module's folder: the language's own compiler, then the manifest, then our judgement. */
public final class ModuleBuild {
  private final ModuleFolder folder;
  private final Consumer<String> lines;

  /**
   * Nothing is built yet.
   *
   * @param lines gets what the compilers print
   */
  public ModuleBuild(ModuleFolder folder, Consumer<String> lines) {
    this.folder = folder;
    this.lines = lines;
  }

  /**
   * Builds, and puts the module in place if a pipeline would take it.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException {@code config/module-build}; or why the
   *     loader refuses it
   */
  public GuestModule run() {
    ModuleLanguage language =
        ModuleLanguage.of(folder.path())
            .orElseThrow(
                () ->
                    failed(
                        folder.path() + " has no sources of a language that can be built",
                        "begin with rapidbyte module new --lang … NAME"));
    Path root = folder.path().toAbsolutePath().normalize();
    List<String> tool =
        language
            .tool(root)
            .orElseThrow(
                () ->
                    failed(
                        "there is no compiler for " + language.label() + " on this machine",
                        language.install()));
    try {
      Path scratch = Files.createTempDirectory("rapidbyte-module");
      try {
        Path raw = scratch.resolve("module.wasm");
        for (Toolchain.Call call : language.calls(tool, root, scratch, raw)) {
          execute(call, root);
        }
        byte[] packed =
            ManifestPacker.pack(Files.readAllBytes(raw), Files.readAllBytes(folder.manifest()));
        GuestModule module = GuestModule.load(packed, Limits.DEFAULT.moduleBytes());
        Files.write(folder.built(), packed);
        return module;
      } finally {
        remove(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void execute(Toolchain.Call call, Path root) throws IOException {
    String program = Path.of(call.words().getFirst()).getFileName().toString();
    ProcessBuilder builder = new ProcessBuilder(call.words()).directory(root.toFile());
    builder.environment().putAll(call.environment());
    Process process = builder.redirectErrorStream(true).start();
    try (Stream<String> printed = process.inputReader(StandardCharsets.UTF_8).lines()) {
      printed.forEach(lines);
      int code = process.waitFor();
      if (code != 0) {
        throw failed(program + " ended with " + code, "mend what it says above, and build again");
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw failed(program + " was interrupted", "build again");
    }
  }

  private static RuntimeException failed(String what, String mend) {
    return Failure.config("module-build", what, mend);
  }

  private static void remove(Path scratch) throws IOException {
    try (Stream<Path> all = Files.walk(scratch)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
