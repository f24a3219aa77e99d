package io.rapidbyte.benchmarks.guest;

import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PipelineSpecParser;
import io.rapidbyte.schemas.spec.SpecResult;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Pipelines of the one table {@link Customers#STREAM}. */
final class Pipelines {
  private Pipelines() {}

  /** Where the committed modules are, by language. */
  static Path modules() {
    return Path.of(System.getProperty("rapidbyte.root", "."), "modules/wasm");
  }

  /**
   * A pipeline.
   *
   * @param transforms a YAML list
   */
  static PipelineSpec of(String name, String transforms) {
    String file =
        """
        version: 1
        pipeline: %s
        source: { postgres: { url: "postgres://nobody@localhost/shop" } }
        streams: [ { table: public.customers } ]
        destinations: { warehouse: { duckdb: { path: shop.duckdb } } }
        transforms:
        %s\
        """
            .formatted(name, transforms);
    PipelineSpecParser parser =
        new PipelineSpecParser(Path.of("."), Map.<String, String>of()::get, _ -> Optional.empty());
    return switch (parser.parse(file)) {
      case SpecResult.Valid(var spec) -> spec;
      case SpecResult.Invalid(var problems) -> throw new IllegalStateException(problems.toString());
    };
  }
}
