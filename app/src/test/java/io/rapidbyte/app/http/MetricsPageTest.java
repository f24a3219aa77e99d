package io.rapidbyte.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PipelineSpecParser;
import io.rapidbyte.schemas.spec.SpecResult;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.MetricKind;
import io.rapidbyte.wasm.module.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What operators read about metrics is what a process tells. */
final class MetricsPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("rapidbyte.root", "..")).resolve("docs/metrics.md");
  private static final String STREAM = "public.orders";

  private final Board board = new Board(spec());

  @Test
  void thePageNamesEveryMetricAndItsLabelsAndNoOther() throws Exception {
    board.ingest().committed(STREAM, 5, 100, 1);
    board.process().processed(STREAM, 5, 4);
    GuestObserver module = board.module(STREAM, "dedupe", Role.TRANSFORM);
    module.called(Duration.ofMillis(3));
    for (MetricKind kind : MetricKind.values()) {
      module.measured(kind, "seen", 1);
    }
    board.sink("warehouse").behind(STREAM, 0, 1);

    Set<String> told =
        scrape()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceAll("=\"[^\"]*\"", "").replaceAll("[{,]pipeline", "{"))
            .map(line -> named(line.substring(0, line.indexOf('}'))))
            .collect(Collectors.toSet());
    Set<String> written =
        Pattern.compile("^\\| `(rapidbyte_\\w+)` \\|([^|]*)\\|", Pattern.MULTILINE)
            .matcher(Files.readString(PAGE))
            .results()
            .map(each -> each.group(1) + " " + labels(each.group(2).replace("`", "")))
            .collect(Collectors.toSet());
    assertThat(told).isEqualTo(written);
  }

  @Test
  void aModuleThatMakesUpNamesForEverGetsOneNumberForTheRest() {
    GuestObserver module = board.module(STREAM, "chatty", Role.DESTINATION);
    for (int i = 0; i < 1_000; i++) {
      module.measured(MetricKind.COUNTER, "name_" + i, 2);
    }
    assertThat(scrape().lines().filter(line -> line.startsWith("rapidbyte_module_counter")))
        .hasSize(51)
        .anyMatch(line -> line.contains("name=\"\"") && line.endsWith(" 1900.0"));
  }

  private String scrape() {
    try (Meters meters = new Meters(board, InstantSource.system())) {
      return meters.scrape();
    }
  }

  /** A metric and its labels but the pipeline. */
  private static String named(String line) {
    int brace = line.indexOf('{');
    return line.substring(0, brace) + " " + labels(line.substring(brace + 1).replace("{", ","));
  }

  private static Set<String> labels(String list) {
    return Pattern.compile("\\w+")
        .matcher(list)
        .results()
        .map(each -> each.group())
        .collect(Collectors.toSet());
  }

  private static PipelineSpec spec() {
    PipelineSpecParser parser =
        new PipelineSpecParser(Path.of("."), Map.<String, String>of()::get, _ -> Optional.empty());
    SpecResult result =
        parser.parse(
            """
            version: 1
            pipeline: shop
            source: { postgres: { url: "postgres://nobody@localhost/shop" } }
            streams: [ { table: public.orders } ]
            destinations: { warehouse: { duckdb: { path: shop.duckdb } } }
            """);
    return ((SpecResult.Valid) result).spec();
  }
}
