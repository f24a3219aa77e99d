package io.rapidbyte.schemas.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.DestinationSpec.Kind;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.spec.StreamSpec.ColumnSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PipelineSpecParserTest {
  private static final Map<String, String> ENV =
      Map.of("PGPASSWORD", "p:w", "COPY_URL", "postgres://me:s%40crt@copy:6000/dw?sslmode=require");

  private static final String JAAS =
      "org.apache.kafka.common.security.plain.PlainLoginModule required;";
  private static final String WHOLE =
      """
      version: 1
      pipeline: shop-eu
      kafka:
        bootstrap: "a:9092,b:9092"
        properties: { security.protocol: SASL_SSL, client.rack: 5, sasl.jaas.config: "${file:jaas}" }
        retention: 36h
        replication: 3
      source:
        postgres: { host: db, database: shop, user: rapidbyte, password: "${env:PGPASSWORD}", sslmode: verify-full, engine: debezium }
        snapshot: { mode: never, workers: 4 }
        schema_events: off
      streams:
        - { table: public.*, exclude: [public.audit_*] }
        - table: public.orders
          columns: [id, {name: amount, as: "decimal(18,2)"}]
          where: "status <> 'draft'"
          key: id
          partitions: 4
          topic: orders.v1
          mode: append
      destinations:
        warehouse: { duckdb: { path: warehouse.duckdb }, mode: upsert }
        copy: { postgres: { url: "${env:COPY_URL}", schema: raw }, streams: [public.orders] }
      policies: { on_data_error: skip }
      limits: { transaction: 1gib, max_row: 64mb, record: 512kb, memory: 32mb, module_timeout: 500ms, parallelism: 3,
                module_size: 2mb, emit: 8mb, log: 16kb, host_calls: 500, state: 3gb }
      """;

  @Test
  void readsEveryKeyOfTheGrammar() {
    PipelineSpec spec = valid(WHOLE);

    assertThat(spec.pipeline()).isEqualTo("shop-eu");
    assertThat(spec.kafka().bootstrap()).isEqualTo("a:9092,b:9092");
    assertThat(spec.kafka().properties())
        .containsEntry("security.protocol", new Secret("SASL_SSL"))
        .containsEntry("client.rack", new Secret("5"))
        .containsEntry("sasl.jaas.config", new Secret(JAAS));
    assertThat(spec.kafka().retention()).isEqualTo(Duration.ofHours(36));
    assertThat(spec.kafka().replication()).isEqualTo(3);
    assertThat(spec.source())
        .isEqualTo(
            new SourceSpec(
                new PostgresAddress(
                    "db", 5432, "shop", "rapidbyte", new Secret("p:w"), "verify-full", Map.of()),
                "rapidbyte_shop_eu",
                "rapidbyte_shop_eu",
                new SourceSpec.SnapshotSpec(SnapshotMode.NEVER, 4),
                SourceSpec.SlotGuardSpec.DEFAULT,
                SourceSpec.SchemaEvents.OFF,
                SourceSpec.Engine.DEBEZIUM));
    assertThat(spec.streams().get(1))
        .isEqualTo(
            new StreamSpec(
                "public.orders",
                List.of(),
                List.of(new ColumnSpec("id", null), new ColumnSpec("amount", "decimal(18,2)")),
                "status <> 'draft'",
                List.of("id"),
                4,
                "orders.v1",
                WriteMode.APPEND));
    assertThat(spec.policies().onDataError()).isEqualTo(OnDataError.SKIP);
    assertThat(spec.limits())
        .isEqualTo(
            new LimitSpec(
                1L << 30,
                64L << 20,
                512 << 10,
                32L << 20,
                Duration.ofMillis(500),
                3,
                new ModuleLimitSpec(2 << 20, 8L << 20, 16 << 10, 500, 3L << 30)));
  }

  @Test
  void readsDestinationsInTheFilesOrderWithPathsRelativeToTheFile() {
    List<DestinationSpec> destinations = valid(WHOLE).destinations();

    assertThat(destinations.get(0).kind())
        .isEqualTo(new Kind.DuckDb(Path.of("/etc/rb/warehouse.duckdb")));
    assertThat(destinations.get(1))
        .isEqualTo(
            new DestinationSpec(
                "copy",
                new Kind.Postgres(
                    new PostgresAddress(
                        "copy", 6000, "dw", "me", new Secret("s@crt"), "require", Map.of()),
                    "raw"),
                null,
                List.of("public.orders")));
  }

  @Test
  void fillsInWhatTheFileLeavesOut() {
    PipelineSpec spec =
        valid(
            """
            version: 1
            pipeline: shop
            kafka:
            source: { postgres: { url: "jdbc:postgresql://db/shop?user=rb&password=x&ApplicationName=y" } }
            streams: [{ table: public.orders }]
            """);

    assertThat(spec.kafka()).isEqualTo(KafkaSpec.EMBEDDED);
    assertThat(spec.destinations()).isEmpty();
    assertThat(spec.policies()).isEqualTo(PolicySpec.DEFAULT);
    assertThat(spec.limits()).isEqualTo(LimitSpec.DEFAULT);
    assertThat(spec.source().snapshot())
        .isEqualTo(new SourceSpec.SnapshotSpec(SnapshotMode.INITIAL, 2));
    assertThat(spec.source().address())
        .isEqualTo(
            new PostgresAddress(
                "db",
                5432,
                "shop",
                "rb",
                new Secret("x"),
                "prefer",
                Map.of("ApplicationName", "y")));
  }

  @Test
  void keepsSecretsOutOfWhatPrints() {
    assertThat(valid(WHOLE).toString())
        .doesNotContain("p:w")
        .doesNotContain("s@crt")
        .doesNotContain(JAAS);
  }

  @Test
  void readsAddressesOfAllKindsOfHosts() {
    assertThat(PostgresUrl.parse("postgres://u@[::1]:6/d").orElseThrow().host()).isEqualTo("[::1]");
    assertThat(PostgresUrl.parse("postgresql://u@/d").orElseThrow().host()).isEqualTo("localhost");
    assertThat(PostgresUrl.parse("postgres://u@h").orElseThrow().database()).isEqualTo("u");
    assertThat(PostgresUrl.parse("postgres://u@h:99999/d")).isEmpty();
    assertThat(PostgresUrl.parse("postgres://u@a:1,b:2/d")).isEmpty();
    assertThat(PostgresUrl.parse("mysql://u@h/d")).isEmpty();
    assertThat(PostgresUrl.parse("postgres://u@h/d?sslmode=strict")).isEmpty();
    assertThat(PostgresUrl.parse("postgres://u:a%zz@h/d")).isEmpty();
  }

  @Test
  void readsAModuleWithItsSettingsAndWhatItMayDo() {
    PipelineSpec spec =
        valid(
            """
            version: 1
            pipeline: shop
            source: { postgres: { url: "postgres://u@h/d" } }
            streams: [{ table: public.orders }]
            transforms:
              - module: modules/mask.wasm
                streams: [public.orders]
                config: { columns: [email], salt: "${file:salt}", at: { depth: 1.50, on: true, no: ~, text: "" } }
                allow: { state: true }
              - module: /opt/dedupe.wasm
            """);
    TransformSpec first = spec.transforms().getFirst();
    assertThat(first.streams()).containsExactly("public.orders");
    ModuleSpec module = ((TransformSpec.Kind.Module) first.kind()).module();
    assertThat(module.path()).isEqualTo(Path.of("/etc/rb/modules/mask.wasm"));
    assertThat(module.allow()).isEqualTo(new ModuleSpec.Allow(true, List.of(), List.of()));
    String rest = "\"at\":{\"depth\":1.50,\"on\":true,\"no\":null,\"text\":\"\"}}";
    assertThat(module.config().shown())
        .isEqualTo("{\"columns\":[\"email\"],\"salt\":\"***\"," + rest);
    assertThat(module.config().json().reveal()).contains(JAAS.substring(0, 5)).endsWith(rest);
    assertThat(spec.toString()).doesNotContain(JAAS);
    assertThat(((TransformSpec.Kind.Module) spec.transforms().getLast().kind()).module())
        .isEqualTo(
            new ModuleSpec(
                Path.of("/opt/dedupe.wasm"), ModuleSpec.Config.NONE, ModuleSpec.Allow.NOTHING));
  }

  @Test
  void countsLettersInsertedLeftOutChangedAndSwapped() {
    assertThat(NearestWord.distance("colums", "columns")).isEqualTo(1);
    assertThat(NearestWord.distance("tabel", "table")).isEqualTo(1);
    assertThat(NearestWord.distance("", "abc")).isEqualTo(3);
    assertThat(NearestWord.to("xyzzy", List.of("table", "mode"))).isEmpty();
    assertThat(NearestWord.to("maxRow", List.of("max_row", "record"))).contains("max_row");
  }

  private static PipelineSpec valid(String yaml) {
    PipelineSpecParser parser =
        new PipelineSpecParser(Path.of("/etc/rb"), ENV::get, path -> Optional.of(JAAS + "\n"));
    return switch (parser.parse(yaml)) {
      case SpecResult.Valid(PipelineSpec spec) -> spec;
      case SpecResult.Invalid(var problems) -> throw new AssertionError(problems.toString());
    };
  }
}
