package io.rapidbyte.app.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.console.TextTable;
import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.ingest.catalog.CatalogReader;
import io.rapidbyte.ingest.catalog.ColumnInfo;
import io.rapidbyte.ingest.catalog.Discovery;
import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.schemas.spec.PostgresAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what a source has to stream. */
@Command(
    name = "discover",
    mixinStandardHelpOptions = true,
    header = "Lists the tables of a source: size, key, replica identity, columns.",
    description = {
      "",
      "  rapidbyte discover --url 'postgres://me:secret@localhost/shop'",
      "  rapidbyte discover pipeline.yaml --output json | jq '.tables[].table'",
      ""
    })
final class DiscoverCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The source's address, in place of a pipeline file.")
  private @Nullable String url;

  @Option(names = "--columns", description = "List each table's columns too.")
  private boolean columns;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "pipeline.yaml",
      description = "The pipeline whose source is asked (default: ${DEFAULT-VALUE}).")
  private Path file = Path.of("pipeline.yaml");

  DiscoverCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws SQLException {
    try (Connection connection = new PostgresSessions(address(), "rapidbyte discover").sql()) {
      Discovery discovery = new CatalogReader(connection).discover();
      if (shared.json()) {
        console.out().println(json(discovery));
      } else {
        print(discovery);
      }
    }
    return Rapidbyte.ok();
  }

  private PostgresAddress address() {
    String given = url;
    if (given == null) {
      return SpecFile.load(file, console.environment()).source().address();
    }
    return PostgresAddress.parse(given)
        .orElseThrow(
            () ->
                Failure.config(
                    "url",
                    "--url is not an address of a Postgres",
                    "write it as postgres://user:password@host:5432/database"));
  }

  private void print(Discovery discovery) {
    TextTable table = TextTable.of("TABLE", "ROWS~", "SIZE", "KEY", "IDENTITY");
    for (TableInfo each : discovery.tables()) {
      table.row(
          each.name().toString(),
          String.format(Locale.ROOT, "%,d", each.size().rows()),
          TextTable.bytes(each.size().pages() * 8192),
          each.keys().primaryKey().isEmpty() ? "-" : String.join(", ", each.keys().primaryKey()),
          SharedOptions.label(each.keys().identity().kind()));
      if (columns) {
        each.columns().forEach(column -> table.row("  " + column.name(), column.type().name()));
      }
    }
    table.print(console.out());
    discovery.skipped().forEach(each -> console.out().println(each.name() + " " + each.reason()));
  }

  private static ObjectNode json(Discovery discovery) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode tables = root.putArray("tables");
    for (TableInfo each : discovery.tables()) {
      ObjectNode table = tables.addObject();
      table.put("table", each.name().toString());
      table.put("rows", each.size().rows());
      table.put("bytes", each.size().pages() * 8192);
      table.put("partitioned", each.partitioned());
      each.keys().primaryKey().forEach(table.putArray("key")::add);
      table.put("replica_identity", SharedOptions.label(each.keys().identity().kind()));
      ArrayNode columns = table.putArray("columns");
      for (ColumnInfo column : each.columns()) {
        columns
            .addObject()
            .put("name", column.name())
            .put("type", column.type().name())
            .put("nullable", column.nullable());
      }
    }
    ArrayNode skipped = root.putArray("skipped");
    discovery
        .skipped()
        .forEach(
            each ->
                skipped
                    .addObject()
                    .put("name", each.name().toString())
                    .put("reason", each.reason()));
    return root;
  }
}
