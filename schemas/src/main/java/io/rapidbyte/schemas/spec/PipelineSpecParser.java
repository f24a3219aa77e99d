package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.spec.References.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a pipeline.yaml. All that is wrong with a file is told at once, each with its line, its
 * key's path and, for a key that is not known, the nearest known one. A key that the grammar has
 * and this version cannot honour is a problem too, never ignored. What a reference resolves to is
 * in no message.
 *
 * <p>Does no IO: what {@code ${env:…}} and {@code ${file:…}} lead to is handed in. Safe for use by
 * several threads where those functions are.
 */
public final class PipelineSpecParser {
  private static final List<String> KEYS =
      List.of(
          "version",
          "pipeline",
          "kafka",
          "source",
          "streams",
          "transforms",
          "destinations",
          "policies",
          "limits");

  /** Leaves room for {@code rapidbyte_} within Postgres's 63 letters of a slot's name. */
  private static final int MAX_NAME = 50;

  private static final Map<String, OnDataError> ON_DATA_ERROR =
      SourceSection.words(Stream.of(OnDataError.values()), WriteModes::label);
  private static final long KIB = 1024L;
  private static final long MIB = KIB * KIB;
  private static final long GIB = KIB * MIB;

  private final Path base;
  private final References references;

  /**
   * A parser with its surroundings.
   *
   * @param base what relative paths of destinations are relative to
   * @param env a variable's value, null where it is not set
   * @param files a file's text by its path as written, empty where it cannot be read
   */
  public PipelineSpecParser(
      Path base, Function<String, @Nullable String> env, Function<String, Optional<String>> files) {
    this.base = base;
    this.references = new References(env, files);
  }

  /** Reads a file's text. */
  public SpecResult parse(String text) {
    Problems problems = new Problems();
    Optional<Node> root = YamlSource.compose(text, problems);
    if (root.isEmpty()) {
      return new SpecResult.Invalid(problems.inOrder());
    }
    Entry file = new Entry(root.get(), Problems.line(root.get()), "", problems, references);
    PipelineSpec spec = pipeline(file);
    return problems.isEmpty()
        ? new SpecResult.Valid(spec)
        : new SpecResult.Invalid(problems.inOrder());
  }

  private PipelineSpec pipeline(Entry file) {
    Section root = Section.of(file, KEYS, List.of());
    root.need("version", "version: 1").ifPresent(PipelineSpecParser::version);
    String name = name(root);
    List<StreamSpec> streams =
        StreamSection.read(root.need("streams", "streams: [{table: public.*}]"));
    return new PipelineSpec(
        name,
        root.get("kafka").map(PipelineSpecParser::kafka).orElse(KafkaSpec.EMBEDDED),
        SourceSection.read(
            root.need("source", "source: { postgres: { url: \"${env:SOURCE_URL}\" } }"),
            name,
            base),
        streams,
        new TransformSection(base).read(root.get("transforms"), streams),
        new DestinationSection(base).read(root.get("destinations"), streams),
        root.get("policies").map(PipelineSpecParser::policies).orElse(PolicySpec.DEFAULT),
        root.get("limits").map(PipelineSpecParser::limits).orElse(LimitSpec.DEFAULT));
  }

  private static void version(Entry entry) {
    if (!entry.integer(1, 1_000_000).orElse(1).equals(1)) {
      entry.problem("is of a later format than this rapidbyte reads; it reads version: 1");
    }
  }

  private static String name(Section root) {
    Optional<Text> name = root.need("pipeline", "pipeline: shop").flatMap(Entry::text);
    if (name.isPresent() && !name.get().value().matches("[a-z0-9-]{1," + MAX_NAME + "}")) {
      root.problem(
          "pipeline",
          "a pipeline is named by up to "
              + MAX_NAME
              + " lower-case letters, digits and hyphens, not "
              + name.get().shown());
    }
    return name.map(Text::value).filter(each -> each.matches("[a-z0-9-]+")).orElse("unnamed");
  }

  private static KafkaSpec kafka(Entry entry) {
    Section kafka =
        Section.of(
            entry,
            List.of("bootstrap", "properties", "retention", "replication"),
            List.of("schema_registry"));
    Map<String, Secret> properties = new LinkedHashMap<>();
    kafka
        .get("properties")
        .map(Entry::map)
        .orElse(Map.of())
        .forEach(
            (key, value) ->
                value
                    .anyScalar()
                    .ifPresent(
                        text -> {
                          ClientProperties.problem(key, text.value()).ifPresent(value::problem);
                          properties.put(key, new Secret(text.value()));
                        }));
    Optional<Text> bootstrap = kafka.text("bootstrap");
    if (bootstrap.isPresent() && !bootstrap.get().value().matches("([^,:\\s]+:\\d+,?)+")) {
      kafka.problem(
          "bootstrap", "expected host:port, several by commas, found " + bootstrap.get().shown());
    }
    return new KafkaSpec(
        bootstrap.map(Text::value).orElse(null),
        properties,
        retention(kafka),
        kafka.get("replication").flatMap(each -> each.integer(1, 9)).orElse(null));
  }

  private static Duration retention(Section kafka) {
    Duration retention =
        kafka.get("retention").flatMap(Entry::duration).orElse(KafkaSpec.EMBEDDED.retention());
    if (retention.compareTo(Duration.ofMinutes(1)) < 0) {
      kafka.problem("retention", "at least 1m, or a destination cannot keep up");
    }
    return retention;
  }

  private static PolicySpec policies(Entry entry) {
    Section policies =
        Section.of(entry, List.of("on_data_error"), List.of("schema_evolution", "schema_contract"));
    return new PolicySpec(
        policies
            .get("on_data_error")
            .flatMap(each -> each.word(ON_DATA_ERROR))
            .orElse(PolicySpec.DEFAULT.onDataError()));
  }

  private static LimitSpec limits(Entry entry) {
    Section limits =
        Section.of(
            entry,
            List.of(
                "transaction",
                "max_row",
                "record",
                "memory",
                "module_timeout",
                "module_size",
                "emit",
                "log",
                "host_calls",
                "state",
                "parallelism"),
            List.of());
    LimitSpec defaults = LimitSpec.DEFAULT;
    return new LimitSpec(
        size(limits, "transaction", MIB, 4 * GIB, defaults.transactionBytes()),
        size(limits, "max_row", MIB, GIB, defaults.maxRowBytes()),
        (int) size(limits, "record", 64 * KIB, 64 * MIB, defaults.recordBytes()),
        size(limits, "memory", MIB, 2 * GIB, defaults.memoryBytes()),
        limits.get("module_timeout").flatMap(Entry::duration).orElse(defaults.moduleTimeout()),
        limits.get("parallelism").flatMap(PipelineSpecParser::parallelism).orElse(LimitSpec.AUTO),
        modules(limits));
  }

  private static ModuleLimitSpec modules(Section limits) {
    ModuleLimitSpec defaults = ModuleLimitSpec.DEFAULT;
    return new ModuleLimitSpec(
        (int) size(limits, "module_size", KIB, GIB, defaults.sizeBytes()),
        size(limits, "emit", KIB, 2 * GIB, defaults.emitBytes()),
        (int) size(limits, "log", KIB, GIB, defaults.logBytes()),
        limits
            .get("host_calls")
            .flatMap(each -> each.integer(1, Integer.MAX_VALUE))
            .orElse(defaults.hostCalls()),
        size(limits, "state", KIB, 1024 * GIB, defaults.stateBytes()));
  }

  private static Optional<Integer> parallelism(Entry entry) {
    return entry.says("auto") ? Optional.of(LimitSpec.AUTO) : entry.integer(1, 1_024);
  }

  private static long size(Section limits, String key, long min, long max, long otherwise) {
    return limits.get(key).flatMap(each -> each.bytes(min, max)).orElse(otherwise);
  }
}
