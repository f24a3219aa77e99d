package io.rapidbyte.schemas.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.spec.ModuleSpec.Allow;
import io.rapidbyte.schemas.spec.ModuleSpec.Config;
import io.rapidbyte.schemas.spec.References.Text;
import io.rapidbyte.schemas.spec.References.Unresolved;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads {@code module}, {@code config} and {@code allow}, which stand beside one another. */
record ModuleSection(Path base) {
  static final List<String> KEYS = List.of("module", "config", "allow");
  static final String EXAMPLE = "module: mask.wasm";

  private static final Map<String, Boolean> BOOLS =
      new TreeMap<>(Map.of("true", true, "false", false));
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String ORIGIN =
      "https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:\\d{1,5})?/?";
  private static final String NETWORK = "[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*(/\\d{1,3})?";

  /** The module of a section; what is wrong with it was told. */
  Optional<ModuleSpec> read(Section section) {
    Config config = section.get("config").flatMap(ModuleSection::config).orElse(Config.NONE);
    Allow allow = section.get("allow").map(ModuleSection::allow).orElse(Allow.NOTHING);
    return section
        .need("module", EXAMPLE)
        .flatMap(Entry::text)
        .map(path -> new ModuleSpec(base.resolve(path.value()), config, allow));
  }

  private static Allow allow(Entry entry) {
    Section section = Section.of(entry, List.of("state", "http", "networks"), List.of());
    return new Allow(
        section.get("state").flatMap(each -> each.word(BOOLS)).orElse(false),
        all(section, "http", ORIGIN, "an origin such as https://api.example.com"),
        all(section, "networks", NETWORK, "a range of addresses such as 10.0.0.0/8"));
  }

  private static List<String> all(Section section, String key, String form, String example) {
    List<String> texts = section.texts(key).orElse(List.of());
    for (String text : texts) {
      if (!text.matches(form)) {
        section.problem(key, "expected " + example + ", found \"" + text + '"');
      }
    }
    return texts;
  }

  private static Optional<Config> config(Entry entry) {
    if (!entry.isMap()) {
      entry.problem("expected keys and values, as the module's manifest describes them");
      return Optional.empty();
    }
    Told told = told(entry);
    return Optional.of(new Config(new Secret(told.real().toString()), told.shown().toString()));
  }

  /** A value as the module gets it, and with stars for what references resolve to. */
  private record Told(JsonNode real, JsonNode shown) {
    static Told same(JsonNode node) {
      return new Told(node, node);
    }
  }

  private static Told told(Entry entry) {
    if (entry.isMap()) {
      ObjectNode real = NODES.objectNode();
      ObjectNode shown = NODES.objectNode();
      for (Map.Entry<String, Entry> each : entry.map().entrySet()) {
        Told value = told(each.getValue());
        real.set(each.getKey(), value.real());
        shown.set(each.getKey(), value.shown());
      }
      return new Told(real, shown);
    }
    if (entry.isList()) {
      ArrayNode real = NODES.arrayNode();
      ArrayNode shown = NODES.arrayNode();
      for (Entry each : entry.list()) {
        Told value = told(each);
        real.add(value.real());
        shown.add(value.shown());
      }
      return new Told(real, shown);
    }
    return scalar(entry);
  }

  private static Told scalar(Entry entry) {
    if (entry.isNull() || !(entry.node() instanceof ScalarNode scalar)) {
      return Told.same(NODES.nullNode());
    }
    String written = scalar.getValue();
    if (scalar.getTag().equals(Tag.BOOL)) {
      return Told.same(NODES.booleanNode(written.equalsIgnoreCase("true")));
    }
    try {
      if (scalar.getTag().equals(Tag.INT) || scalar.getTag().equals(Tag.FLOAT)) {
        return Told.same(NODES.numberNode(new BigDecimal(written)));
      }
      Text text = entry.references().expand(written);
      return new Told(
          NODES.textNode(text.value()), NODES.textNode(text.resolved() ? "***" : written));
    } catch (NumberFormatException _) {
      entry.problem("is no number in decimal digits; write it in quotes where it is text");
    } catch (Unresolved e) {
      entry.problem(String.valueOf(e.getMessage()));
    }
    return Told.same(NODES.nullNode());
  }
}
