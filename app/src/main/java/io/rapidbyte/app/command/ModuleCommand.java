package io.rapidbyte.app.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a module's author needs, without a pipeline. */
@Command(
    name = "module",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    header = "Writes, builds, tests and looks into WASM modules.",
    description = {
      "",
      "  rapidbyte module new --lang rust mask-email",
      "  cd mask-email && rapidbyte module build && rapidbyte module test",
      "  rapidbyte module inspect mask-email.wasm",
      "  rapidbyte module run mask-email.wasm --from-topic public.customers --dry-run",
      ""
    })
final class ModuleCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "What about modules? See rapidbyte module --help");
  }
}
