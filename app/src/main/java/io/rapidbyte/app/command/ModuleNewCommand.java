package io.rapidbyte.app.command;

import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.module.ModuleLanguage;
import io.rapidbyte.app.module.ModuleTemplate;
import io.rapidbyte.wasm.module.Role;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a folder with a module that works. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    header = "Makes a folder with a module that builds and passes its test as it stands.",
    description = {
      "",
      "  rapidbyte module new --lang c mask-email",
      "  cd mask-email && rapidbyte module build && rapidbyte module test",
      "  rapidbyte module new --lang rust --role destination to-crm",
      "",
      "The folder has the language's SDK in it, and nothing else is needed but its compiler.",
      ""
    })
final class ModuleNewCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Option(names = "--lang", paramLabel = "LANGUAGE", required = true, description = "Its language.")
  private String lang = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "transform",
      description = "transform (default), or destination: in rust and c.")
  private String role = "transform";

  @Option(
      names = "--into",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where the module's folder is made (default: here).")
  private Path into = Path.of(".");

  @Parameters(paramLabel = "NAME", description = "The module's name, and the folder's.")
  private String name = "";

  ModuleNewCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModuleLanguage language =
        Arrays.stream(ModuleLanguage.values())
            .filter(each -> each.label().equals(lang.toLowerCase(Locale.ROOT)))
            .findFirst()
            .orElseThrow(
                () ->
                    Failure.config(
                        "module-language",
                        "there is no SDK for '" + lang.replaceAll("[^ -~]", "?") + "'",
                        "choose one of "
                            + Arrays.stream(ModuleLanguage.values())
                                .map(ModuleLanguage::label)
                                .collect(Collectors.joining(", "))));
    Role chosen =
        Arrays.stream(Role.values())
            .filter(each -> each.label().equals(role.toLowerCase(Locale.ROOT)))
            .findFirst()
            .orElseThrow(
                () ->
                    Failure.config(
                        "module-role",
                        "there is no role '" + role.replaceAll("[^ -~]", "?") + "'",
                        "choose transform or destination"));
    Path folder = into.resolve(name).normalize();
    ModuleTemplate.write(language, chosen, name, folder);
    if (!shared.json()) {
      console.out().println("wrote " + folder + "; now");
      console
          .out()
          .println("  cd " + folder + " && rapidbyte module build && rapidbyte module test");
    }
    return Rapidbyte.ok();
  }
}
