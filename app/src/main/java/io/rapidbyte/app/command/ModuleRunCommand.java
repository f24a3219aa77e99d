package io.rapidbyte.app.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.broker.KafkaClients;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.ExitCode;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.console.StopSignal;
import io.rapidbyte.app.module.ModuleFolder;
import io.rapidbyte.app.module.ModuleRehearsal;
import io.rapidbyte.app.module.ModuleTrial;
import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.app.topics.PipelineTopics;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries a module on a stream's own changes. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    header = "Tries a module on the changes of a stream, and writes nothing.",
    description = {
      "",
      "  rapidbyte module run --from-topic public.customers --dry-run",
      "  rapidbyte module run mask-email.wasm --pipeline shop.yaml \\",
      "      --from-topic public.customers --config config.json --limit 100 --dry-run",
      "",
      "Reads the stream's topic from its first record to where it ends now. Prints each row that",
      "comes out as JSON, a line each; a row that is refused as {\"_rb_refused\": why, …}. The"
          + " sums",
      "go to the error stream. State begins empty and is forgotten. Ends with 1 where a row was",
      "refused.",
      ""
    })
final class ModuleRunCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER|FILE",
      defaultValue = ".",
      description = "The module's folder, or its .wasm file (default: this folder).")
  private Path place = Path.of(".");

  @Option(
      names = "--from-topic",
      required = true,
      paramLabel = "STREAM",
      description = "The stream's schema.table.")
  private String stream = "";

  @Option(
      names = "--pipeline",
      paramLabel = "FILE",
      defaultValue = "pipeline.yaml",
      description = "The pipeline whose stream it is (default: pipeline.yaml).")
  private Path pipeline = Path.of("pipeline.yaml");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "JSON: what the pipeline would give the module as config (default: {}).")
  private @Nullable Path config;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "End after so many rows went in (default: 1000).")
  private long limit = 1000;

  @Option(names = "--dry-run", description = "Write nothing. There is no other way to run it.")
  private boolean dry;

  ModuleRunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (!dry) {
      throw Failure.config(
          "dry-run",
          "module run only tries a module",
          "add --dry-run; to deploy it, name it under transforms in " + pipeline);
    }
    GuestModule module =
        GuestModule.load(ModuleFolder.of(place).built(), Limits.DEFAULT.moduleBytes());
    if (module.manifest().role() == Role.DESTINATION) {
      throw Failure.config(
          "module-role",
          module.manifest().id() + " is a destination, and module run tries transforms",
          "rapidbyte module test shows the requests that it makes");
    }
    PipelineSpec spec = SpecFile.load(pipeline, console.environment());
    StopSignal stop = StopSignal.install();
    try (ModuleTrial trial = new ModuleTrial(module, new GuestLines(console));
        KafkaClients kafka = KafkaClients.open(spec.kafka(), shared.home(console));
        PipelineTopics topics = new PipelineTopics(spec.topics(), kafka.settings());
        ModuleRehearsal rehearsal =
            new ModuleRehearsal(trial.sitting(configuration()), limit, console.out()::println)) {
      topics.replay(
          topics.stream(stream).topic(),
          () -> !stop.isWished() && rehearsal.wantsMore() && !console.out().checkError(),
          rehearsal::take);
      if (shared.json()) {
        console.err().println(json(rehearsal.sums()));
      } else {
        console.err().println(rehearsal.sums().line());
      }
      return rehearsal.sums().refused() == 0 ? Rapidbyte.ok() : ExitCode.DIFFERENT.status();
    }
  }

  private String configuration() throws IOException {
    return config == null ? "{}" : Files.readString(config);
  }

  private static ObjectNode json(ModuleRehearsal.Sums sums) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("rows", sums.rows())
        .put("out", sums.out())
        .put("refused", sums.refused())
        .put("batches", sums.batches())
        .put("millis", sums.millis());
  }
}
