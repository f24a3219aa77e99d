package io.rapidbyte.benchmarks.guest;

import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.processor.wasm.GuestState;
import io.rapidbyte.processor.wasm.WasmTransform;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PipelineSpecParser;
import io.rapidbyte.schemas.spec.SpecResult;
import io.rapidbyte.wasm.Grants;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.GuestModule;
import java.nio.file.Path;
import java.util.List;
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

  /** The module {@code mask-email} of a language, as a transform. */
  static List<Transform> module(String language, String config, GuestRuntime runtime) {
    Path file = modules().resolve(language).resolve("mask-email.wasm");
    GuestSetup setup =
        new GuestSetup(
            GuestModule.load(file, Limits.DEFAULT.moduleBytes()),
            config,
            Customers.STREAM.table().toString(),
            Limits.DEFAULT,
            Grants.NONE,
            GuestState.NONE,
            HttpDoor.CLOSED);
    return List.of(
        new WasmTransform("module", runtime, setup, GuestState.NONE, GuestObserver.SILENT));
  }
}
