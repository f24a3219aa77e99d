package io.rapidbyte.app.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.ExitCode;
import io.rapidbyte.ingest.preflight.Finding;
import io.rapidbyte.ingest.preflight.Finding.Severity;
import io.rapidbyte.ingest.preflight.Preflight;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what would fail, before it does. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    header = "Checks a pipeline against its source and destinations; changes nothing.",
    description = {
      "",
      "  rapidbyte check",
      "  rapidbyte check shop.yaml --all",
      "  rapidbyte check shop.yaml --output json | jq '.findings[] |"
          + " select(.severity==\"failure\")'",
      "",
      "Each finding comes with the SQL that mends it. Ends with 0 where nothing would fail.",
      ""
    })
final class CheckCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();
  @Mixin private PipelineArgument pipeline = new PipelineArgument();

  @Option(names = "--all", description = "Show what is as it should be, too.")
  private boolean all;

  CheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PipelineSpec spec = pipeline.load(console);
    Preflight.Report source = Preflight.look(spec);
    List<Finding> findings = new ArrayList<>(source.findings());
    List<Finding> modules = ModulePlaceCheck.of(spec);
    findings.addAll(modules);
    if (modules.stream().noneMatch(Finding::isFailure)) {
      findings.addAll(TransformCheck.of(spec, source.streams()));
    }
    for (DestinationSpec destination : spec.destinations()) {
      findings.add(
          DestinationCheck.of(spec, destination)
              .map(error -> failure(destination.name(), error))
              .orElseGet(
                  () ->
                      new Finding(
                          Severity.OK,
                          "destination/reachable",
                          destination.name(),
                          DestinationCheck.praise(spec, destination),
                          "")));
    }
    if (shared.json()) {
      console.out().println(json(spec, findings));
    } else {
      print(spec, findings);
    }
    return findings.stream()
        .filter(Finding::isFailure)
        .findFirst()
        .map(each -> ExitCode.of(error(each)))
        .orElse(ExitCode.OK)
        .status();
  }

  private static Finding failure(String subject, ErrorInfo error) {
    return new Finding(Severity.FAILURE, error.code(), subject, error.message(), error.fix());
  }

  private static ErrorInfo error(Finding finding) {
    return ErrorInfo.permanent(
        Category.CONFIG, Scope.STREAM, finding.code(), finding.message(), finding.mend());
  }

  private void print(PipelineSpec spec, List<Finding> findings) {
    for (Finding each : findings) {
      if (all || each.severity() != Severity.OK) {
        console.out().println(mark(each.severity()) + " " + each.subject() + ": " + each.message());
        each.mend().lines().forEach(line -> console.out().println("    " + line));
      }
    }
    long failures = findings.stream().filter(Finding::isFailure).count();
    console
        .out()
        .println(
            spec.pipeline()
                + (failures == 0
                    ? ": ready to run, " + findings.size() + " things checked"
                    : ": " + failures + " of " + findings.size() + " things stand in the way"));
  }

  private static String mark(Severity severity) {
    return switch (severity) {
      case OK -> "ok     ";
      case INFO -> "info   ";
      case WARNING -> "warning";
      case FAILURE -> "FAILURE";
    };
  }

  private static ObjectNode json(PipelineSpec spec, List<Finding> findings) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("pipeline", spec.pipeline());
    root.put("ok", findings.stream().noneMatch(Finding::isFailure));
    ArrayNode list = root.putArray("findings");
    for (Finding each : findings) {
      list.addObject()
          .put("severity", SharedOptions.label(each.severity()))
          .put("code", each.code())
          .put("subject", each.subject())
          .put("message", each.message())
          .put("mend", each.mend());
    }
    return root;
  }
}
