package io.rapidbyte.app.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.ExitCode;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.module.ModuleCase;
import io.rapidbyte.app.module.ModuleCheck;
import io.rapidbyte.app.module.ModuleFolder;
import io.rapidbyte.app.module.ModuleTrial;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.module.GuestModule;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a module's cases. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    header = "Runs a module on batches written by hand, and shows what came otherwise.",
    description = {
      "",
      "  rapidbyte module test",
      "  rapidbyte module test mask-email.wasm --tests tests --case drops-test-accounts",
      "  rapidbyte module test --update",
      "",
      "A case is a folder below tests: input.json (or input.arrow), what goes in; input.2.json and",
      "so on, what follows it with the same state; config.json, the pipeline's configuration;",
      "expected.json, what shall come out. Kafka and Postgres are not needed.",
      "",
      "  {\"columns\": {\"id\": \"bigint\", \"email\": \"text\"}, \"key\": [\"id\"],",
      "   \"rows\": [{\"id\": 1, \"email\": \"ada@example.com\"}, {\"_rb_op\": \"d\", \"id\": 2}]}",
      "",
      "Of a destination the requests come out: nothing is sent. answers.json has what they are",
      "answered, in turn: [{\"status\": 503}, {\"status\": 200}]; behind that, 200.",
      "",
      "Ends with 1 where a case came out otherwise.",
      ""
    })
final class ModuleTestCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER|FILE",
      defaultValue = ".",
      description = "The module's folder, or its .wasm file (default: this folder).")
  private Path place = Path.of(".");

  @Option(
      names = "--tests",
      paramLabel = "DIR",
      description = "Where the cases are (default: tests, beside the module).")
  private @Nullable Path tests;

  @Option(names = "--case", paramLabel = "NAME", description = "Run this one alone.")
  private @Nullable String only;

  @Option(names = "--update", description = "Write each expected.json from what comes out now.")
  private boolean update;

  ModuleTestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    ModuleFolder folder = ModuleFolder.of(place);
    GuestModule module = GuestModule.load(folder.built(), Limits.DEFAULT.moduleBytes());
    List<ModuleCase> cases =
        ModuleCase.of(tests == null ? folder.tests() : tests).stream()
            .filter(each -> only == null || each.name().equals(only))
            .toList();
    if (cases.isEmpty()) {
      throw Failure.config(
          "fixture",
          only == null ? "there are no cases" : "there is no case " + only,
          "write one: " + folder.tests().resolve("first").resolve("input.json"));
    }
    try (ModuleTrial trial = new ModuleTrial(module, new GuestLines(console))) {
      return update ? update(trial, cases) : check(trial, cases);
    }
  }

  private int update(ModuleTrial trial, List<ModuleCase> cases) {
    for (ModuleCase each : ModuleCheck.update(trial, cases)) {
      console.out().println("wrote " + each.expected());
    }
    return Rapidbyte.ok();
  }

  private int check(ModuleTrial trial, List<ModuleCase> cases) {
    int failed = 0;
    for (ModuleCase each : cases) {
      ModuleCheck check = ModuleCheck.of(trial, each);
      failed += check.passed() ? 0 : 1;
      if (shared.json()) {
        console.out().println(json(check));
      } else {
        print(check);
      }
    }
    if (!shared.json()) {
      console.out().println(cases.size() + " cases, " + failed + " failed");
    }
    return failed == 0 ? Rapidbyte.ok() : ExitCode.DIFFERENT.status();
  }

  private void print(ModuleCheck check) {
    console.out().println((check.passed() ? "ok      " : "FAILED  ") + check.trial().name());
    check.failure().ifPresent(error -> console.out().println("    " + error.line()));
    if (!check.diff().isEmpty()) {
      console.out().println("    - expected, + came:");
      check.diff().forEach(line -> console.out().println("    " + line));
    }
  }

  private static ObjectNode json(ModuleCheck check) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("case", check.trial().name()).put("passed", check.passed());
    check.failure().ifPresent(error -> node.set("error", Failure.json(error)));
    check.diff().forEach(node.putArray("diff")::add);
    return node;
  }
}
