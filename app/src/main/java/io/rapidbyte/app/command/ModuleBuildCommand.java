package io.rapidbyte.app.command;

import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.TextTable;
import io.rapidbyte.app.module.ModuleBuild;
import io.rapidbyte.app.module.ModuleFolder;
import io.rapidbyte.wasm.module.GuestModule;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Builds a module. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    header = "Compiles a module's folder into ID.wasm, with its manifest.",
    description = {
      "",
      "  rapidbyte module build",
      "  rapidbyte module build mask-email",
      "",
      "The language's own compiler does the work; where it is missing, the message says how to get",
      "it. What comes out is judged as a pipeline judges it.",
      ""
    })
final class ModuleBuildCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "The module's folder (default: this one).")
  private Path place = Path.of(".");

  ModuleBuildCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModuleFolder folder = ModuleFolder.of(place);
    GuestModule module = new ModuleBuild(folder, console.err()::println).run();
    if (shared.json()) {
      console
          .out()
          .printf(
              "{\"id\":\"%s\",\"bytes\":%d,\"sha256\":\"%s\"}%n",
              module.manifest().id(), module.size(), module.digest());
    } else {
      console.out().println(folder.built() + "  " + TextTable.bytes(module.size()));
    }
    return Rapidbyte.ok();
  }
}
