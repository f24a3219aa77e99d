package io.rapidbyte.app.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.ExitCode;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.spec.SpecRefused;
import io.rapidbyte.schemas.error.ErrorInfo;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says why a command failed: one readable line with the fix, and the stack only when asked. */
final class Complaint {
  private final Console console;

  Complaint(Console console) {
    this.console = console;
  }

  /** The command line is not understood. */
  int usage(ParameterException thrown, String[] args) {
    CommandLine command = thrown.getCommandLine();
    console.err().println("rapidbyte: " + oneLine(String.valueOf(thrown.getMessage())));
    if (!UnmatchedArgumentException.printSuggestions(thrown, command.getErr())) {
      console.err().println("See " + command.getCommandSpec().qualifiedName() + " --help");
    }
    return ExitCode.CONFIG.status();
  }

  /** The command failed. */
  int failure(Exception thrown, CommandLine command, ParseResult parsed) {
    SharedOptions shared = Rapidbyte.shared(parsed);
    int status =
        thrown instanceof SpecRefused refused
            ? refused(refused, shared.json())
            : failed(Failure.of(thrown), shared.json());
    if (shared.verbose()) {
      thrown.printStackTrace(console.err());
    }
    return status;
  }

  private int refused(SpecRefused refused, boolean json) {
    refused.lines().forEach(console.err()::println);
    if (json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      var problems = root.putObject("error").put("code", "config/spec").putArray("problems");
      refused
          .problems()
          .forEach(
              each ->
                  problems
                      .addObject()
                      .put("line", each.line())
                      .put("path", each.path())
                      .put("message", each.message()));
      console.out().println(root);
    }
    return ExitCode.CONFIG.status();
  }

  private int failed(ErrorInfo error, boolean json) {
    console.err().println("rapidbyte: " + oneLine(error.line()));
    if (json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      root.set("error", Failure.json(error));
      console.out().println(root);
    }
    return ExitCode.of(error).status();
  }

  private static String oneLine(String text) {
    return String.join(" ", text.lines().map(String::strip).toList());
  }
}
