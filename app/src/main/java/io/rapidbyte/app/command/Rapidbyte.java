package io.rapidbyte.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.ExitCode;
import io.rapidbyte.app.console.Logs;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command {@code rapidbyte} with its subcommands. */
@Command(
    name = "rapidbyte",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Copies a Postgres database into warehouses and Kafka, continuously and exactly once.",
    description = {
      "",
      "Try it:        @|bold rapidbyte demo|@",
      "Your database: @|bold rapidbyte discover --url postgres://me@host/db|@",
      "               write a pipeline.yaml, then @|bold rapidbyte check|@ and @|bold rapidbyte"
          + " run|@",
      "While it runs: @|bold rapidbyte status|@, @|bold rapidbyte tail public.orders|@,",
      "               @|bold rapidbyte query 'SELECT count(*) FROM public.orders'|@",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 ok, 1 demo out of sync, 2 usage or config, 3 source, 4 destination,",
      "5 data error under fail, 6 contract or schema under fail, 7 diverged or resync required,",
      "70 internal."
    })
public final class Rapidbyte implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Rapidbyte() {}

  /** Runs the command that {@code args} name and answers the process's exit code. */
  public static int execute(Console console, String... args) {
    return commandLine(console).execute(args);
  }

  static CommandLine commandLine(Console console) {
    Complaint complaint = new Complaint(console);
    CommandLine root = new CommandLine(new Rapidbyte());
    subcommands(console).forEach(root::addSubcommand);
    root.addSubcommand(
        new CommandLine(new ModuleCommand())
            .addSubcommand(new ModuleNewCommand(console))
            .addSubcommand(new ModuleBuildCommand(console))
            .addSubcommand(new ModuleTestCommand(console))
            .addSubcommand(new ModuleRunCommand(console))
            .addSubcommand(new ModuleInspectCommand(console)));
    return root.setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(console.out(), true, UTF_8))
        .setErr(new PrintWriter(console.err(), true, UTF_8))
        .setUsageHelpWidth(Math.min(console.width(), 110))
        .setParameterExceptionHandler(complaint::usage)
        .setExecutionExceptionHandler(complaint::failure)
        .setExecutionStrategy(Rapidbyte::run);
  }

  private static List<Object> subcommands(Console console) {
    return List.of(
        new DemoCommand(console),
        new RunCommand(console),
        new CheckCommand(console),
        new DiscoverCommand(console),
        new StatusCommand(console),
        new TailCommand(console),
        new ResyncSubcommand(console),
        new QueryCommand(console));
  }

  /** Logs are chosen before any code of the command makes a logger. */
  private static int run(ParseResult parsed) {
    SharedOptions shared = shared(parsed);
    Logs.configure(shared.logFormat(), shared.verbose());
    return new CommandLine.RunLast().execute(parsed);
  }

  static SharedOptions shared(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    Object mixin =
        last.commandSpec().mixins().get("shared") == null
            ? null
            : last.commandSpec().mixins().get("shared").userObject();
    return mixin instanceof SharedOptions options ? options : new SharedOptions();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command? See rapidbyte --help");
  }

  /** Ends a command that has done its work. */
  static int ok() {
    return ExitCode.OK.status();
  }
}
