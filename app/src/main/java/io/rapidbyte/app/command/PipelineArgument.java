package io.rapidbyte.app.command;

import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The pipeline file, which most subcommands take first. */
final class PipelineArgument {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "pipeline.yaml",
      description = "The pipeline (default: ${DEFAULT-VALUE}).")
  private Path file = Path.of("pipeline.yaml");

  PipelineSpec load(Console console) {
    return SpecFile.load(file, console.environment());
  }
}
