package io.rapidbyte.wasm.module;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A manifest as JSON. Keys it does not know are refused, so that a misspelt one is noticed. */
public final class ManifestJson {
  private static final Set<String> KEYS =
      Set.of(
          "id", "version", "abi", "role", "drops", "guarantee", "config", "permissions", "limits");
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z.+_-]{1,64}");
  private static final int ABI = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(50).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ManifestJson() {}

  /**
   * Reads a manifest.
   *
   * @throws RapidbyteException {@link ModuleFaults#BAD_MANIFEST} or {@link ModuleFaults#WRONG_ABI}
   */
  public static Manifest read(byte[] json) {
    if (json.length > Manifest.MAX_BYTES) {
      throw bad("it has " + json.length + " bytes, more than " + Manifest.MAX_BYTES);
    }
    JsonNode root = parse(json);
    knownKeys(root, KEYS, "");
    if (root.path("abi").asInt(ABI) != ABI) {
      throw ModuleFaults.refused(
          ModuleFaults.WRONG_ABI,
          "the module was made for ABI " + root.path("abi") + ", this program speaks ABI " + ABI,
          "build it with an SDK for ABI " + ABI);
    }
    Role role = role(root);
    JsonNode config = root.path("config");
    if (!config.isMissingNode() && !config.isObject()) {
      throw bad("config is no object; it is a JSON Schema such as {\"type\": \"object\"}");
    }
    List<String> unknown = ConfigSchema.unknownKeywords(config);
    if (!unknown.isEmpty()) {
      throw bad("it uses " + String.join(", ", unknown) + ", which no configuration is held to");
    }
    JsonNode limits = root.path("limits");
    knownKeys(limits, Set.of("memory", "module_timeout"), "limits.");
    return new Manifest(
        matching(root, "id", ID, "lower-case letters, digits and -, at most 64"),
        matching(root, "version", VERSION, "letters, digits and .+_-, at most 64"),
        role,
        drops(root, role),
        guarantee(root, role),
        (config.isMissingNode() ? JsonNodeFactory.instance.objectNode() : config).toString(),
        permissions(root.path("permissions")),
        bytes(limits.path("memory")),
        time(limits.path("module_timeout")));
  }

  private static JsonNode parse(byte[] json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (root == null || !root.isObject()) {
        throw bad("it is no JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw bad("it is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw bad("it cannot be read: " + e.getMessage());
    }
  }

  private static Role role(JsonNode root) {
    for (Role role : Role.values()) {
      if (role.label().equals(root.path("role").asText())) {
        return role;
      }
    }
    throw bad("role is " + root.path("role") + "; it is \"transform\" or \"destination\"");
  }

  private static Drops drops(JsonNode root, Role role) {
    JsonNode drops = root.path("drops");
    if (drops.isMissingNode()) {
      return Drops.ROW;
    }
    if (role != Role.TRANSFORM) {
      throw bad("drops is for a transform");
    }
    for (Drops known : Drops.values()) {
      if (known.label().equals(drops.asText())) {
        return known;
      }
    }
    throw bad("drops is " + drops + "; it is \"row\" or \"change\"");
  }

  private static DeliveryGuarantee guarantee(JsonNode root, Role role) {
    JsonNode guarantee = root.path("guarantee");
    if (guarantee.isMissingNode()) {
      return DeliveryGuarantee.AT_LEAST_ONCE;
    }
    if (role != Role.DESTINATION) {
      throw bad("guarantee is for a destination");
    }
    for (DeliveryGuarantee known : DeliveryGuarantee.values()) {
      if (known.label().equals(guarantee.asText())) {
        return known;
      }
    }
    throw bad(
        "guarantee is "
            + guarantee
            + "; it is \"at-least-once\", \"idempotent\" or \"exactly-once\"");
  }

  private static Permission permissions(JsonNode node) {
    knownKeys(node, Set.of("state", "http"), "permissions.");
    JsonNode state = node.path("state");
    if (!state.isMissingNode() && !state.isBoolean()) {
      throw bad("permissions.state is " + state + "; it is true or false");
    }
    JsonNode http = node.path("http");
    if (!http.isMissingNode() && !http.isArray()) {
      throw bad("permissions.http is " + http + "; it is a list such as [\"https://host\"]");
    }
    List<String> origins = new ArrayList<>();
    for (JsonNode origin : http) {
      String text = origin.asText();
      if (!origin.isTextual() || !(text.equals("*") || text.matches("https?://[^/\\s]+"))) {
        throw bad(
            "permissions.http holds " + origin + "; an origin is such as \"https://host:8443\"");
      }
      origins.add(text);
    }
    return new Permission(state.asBoolean(false), origins);
  }

  private static Optional<Long> bytes(JsonNode node) {
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    return Quantity.bytes(node.asText())
        .map(Optional::of)
        .orElseThrow(() -> bad("limits.memory is " + node + "; a size is such as \"64mb\""));
  }

  private static Optional<Duration> time(JsonNode node) {
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    return Quantity.duration(node.asText())
        .map(Optional::of)
        .orElseThrow(() -> bad("limits.module_timeout is " + node + "; a time is such as \"5s\""));
  }

  private static String matching(JsonNode root, String key, Pattern pattern, String rule) {
    String text = root.path(key).asText();
    if (!pattern.matcher(text).matches()) {
      throw bad(key + " is " + root.path(key) + "; it has " + rule);
    }
    return text;
  }

  private static void knownKeys(JsonNode node, Set<String> known, String prefix) {
    if (!node.isMissingNode() && !node.isObject()) {
      throw bad(prefix.replace(".", "") + " is no object");
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw bad(
                    "it has the key "
                        + prefix
                        + name
                        + "; known are "
                        + String.join(", ", known.stream().sorted().toList()));
              }
            });
  }

  private static RapidbyteException bad(String why) {
    return ModuleFaults.refused(
        ModuleFaults.BAD_MANIFEST,
        "the module's manifest cannot be taken: " + why,
        "mend manifest.json and build the module again");
  }
}
