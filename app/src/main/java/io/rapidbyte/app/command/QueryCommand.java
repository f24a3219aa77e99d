package io.rapidbyte.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.console.TextTable;
import io.rapidbyte.app.http.Running;
import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a warehouse while it is written. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    header = "Runs one SELECT in a DuckDB warehouse while the pipeline writes it.",
    description = {
      "",
      "  rapidbyte query 'SELECT status, count(*) FROM public.orders GROUP BY 1'",
      "  rapidbyte query shop.yaml 'FROM public.orders LIMIT 3' --output json",
      "",
      "DuckDB lets one process open a file, so the running pipeline answers, read-only.",
      "While it does not run, open the file with duckdb itself.",
      ""
    })
final class QueryCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Parameters(
      arity = "1..2",
      paramLabel = "[FILE] SELECT",
      description = "The pipeline (default: pipeline.yaml) and the question.")
  private List<String> arguments = List.of();

  @Option(
      names = "--destination",
      paramLabel = "NAME",
      description = "Which destination, where there are several.")
  private String destination = "";

  @Option(
      names = "--max-rows",
      paramLabel = "N",
      description = "Cut the answer off behind so many rows (default: ${DEFAULT-VALUE}).")
  private int maxRows = 1_000;

  QueryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    String file = arguments.size() == 2 ? arguments.getFirst() : "pipeline.yaml";
    PipelineSpec spec = SpecFile.load(Path.of(file), console.environment());
    Home home = shared.home(console);
    JsonNode answer = ask(home, spec.pipeline());
    if (shared.json()) {
      printJson(answer);
    } else {
      printTable(answer);
    }
    if (answer.path("truncated").asBoolean()) {
      console.err().println("more than " + maxRows + " rows; the rest is cut off (--max-rows)");
    }
    return Rapidbyte.ok();
  }

  /** Asks one process after the other for one that writes the destination. */
  private JsonNode ask(Home home, String name) {
    Optional<RapidbyteException> refusal = Optional.empty();
    for (Running running : Running.all(home, name)) {
      try {
        return running.query(destination, arguments.getLast(), maxRows);
      } catch (RapidbyteException e) {
        if (!e.error().code().equals("config/destination")) {
          throw e;
        }
        refusal = Optional.of(e);
      }
    }
    throw refusal.orElseGet(
        () ->
            Failure.config(
                "not-running",
                "pipeline " + name + " does not run in " + home.folder(),
                "start it with rapidbyte run, or open the file with duckdb"));
  }

  private void printJson(JsonNode answer) {
    for (JsonNode row : answer.path("rows")) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < row.size(); i++) {
        line.set(answer.path("columns").path(i).asText(), row.path(i));
      }
      console.out().println(line);
    }
  }

  private void printTable(JsonNode answer) {
    TextTable table = TextTable.of(cells(answer.path("columns")));
    answer.path("rows").forEach(row -> table.row(cells(row)));
    table.print(console.out());
  }

  private static String[] cells(JsonNode row) {
    String[] cells = new String[row.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = row.path(i).isNull() ? "NULL" : row.path(i).asText();
    }
    return cells;
  }
}
