package io.rapidbyte.wasm.module;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidbyte.schemas.spec.NearestWord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A configuration held against its module's JSON Schema, as far as configurations need one: {@code
 * type, properties, required, additionalProperties, items, enum, minimum, maximum, minLength,
 * maxLength, minItems, maxItems}. A keyword beyond those and the ones that only describe is refused
 * with the manifest, so that no rule is silently not kept.
 */
public final class ConfigSchema {
  private static final Set<String> DESCRIBING =
      Set.of("$schema", "title", "description", "default", "examples");
  private static final Set<String> KNOWN =
      Set.of(
          "type",
          "properties",
          "required",
          "additionalProperties",
          "items",
          "enum",
          "minimum",
          "maximum",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems");
  private static final int MAX_SHOWN = 60;

  private final List<String> problems = new ArrayList<>();

  private ConfigSchema() {}

  /** Keywords of a schema that are not kept, each with its place; empty where all are. */
  static List<String> unknownKeywords(JsonNode schema) {
    List<String> unknown = new ArrayList<>();
    collect(schema, "config", unknown);
    return unknown;
  }

  private static void collect(JsonNode schema, String at, List<String> unknown) {
    for (Iterator<String> names = schema.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!KNOWN.contains(name) && !DESCRIBING.contains(name)) {
        unknown.add(at + "." + name);
      }
    }
    schema
        .path("properties")
        .properties()
        .forEach(p -> collect(p.getValue(), at + ".properties." + p.getKey(), unknown));
    if (schema.path("items").isObject()) {
      collect(schema.path("items"), at + ".items", unknown);
    }
  }

  /** What is wrong with a configuration, a line each, by its path; empty where nothing is. */
  public static List<String> problems(JsonNode schema, JsonNode config) {
    ConfigSchema check = new ConfigSchema();
    check.value(schema, config, "config");
    return List.copyOf(check.problems);
  }

  private void value(JsonNode schema, JsonNode value, String at) {
    if (schema.has("type") && !isOfType(schema.get("type"), value)) {
      problems.add(at + " is " + shown(value) + "; it is to be " + types(schema.get("type")));
      return;
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      problems.add(at + " is " + shown(value) + "; it is one of " + schema.get("enum"));
    }
    if (value.isNumber()) {
      bounds(schema, "minimum", "maximum", value.asDouble(), at + " is " + shown(value), "");
    } else if (value.isTextual()) {
      int length = value.asText().codePointCount(0, value.asText().length());
      bounds(schema, "minLength", "maxLength", length, at + " has " + length, " characters");
    } else if (value.isArray()) {
      bounds(schema, "minItems", "maxItems", value.size(), at + " has " + value.size(), " items");
      for (int i = 0; i < value.size() && schema.path("items").isObject(); i++) {
        value(schema.get("items"), value.get(i), at + "[" + i + "]");
      }
    } else if (value.isObject()) {
      object(schema, value, at);
    }
  }

  private void object(JsonNode schema, JsonNode value, String at) {
    JsonNode properties = schema.path("properties");
    Set<String> known = new TreeSet<>();
    properties.fieldNames().forEachRemaining(known::add);
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        problems.add(at + "." + required.asText() + " is missing");
      }
    }
    for (var entry : value.properties()) {
      String path = at + "." + Printable.line(entry.getKey(), MAX_SHOWN);
      JsonNode rule = properties.path(entry.getKey());
      JsonNode additional = schema.path("additionalProperties");
      if (!rule.isMissingNode()) {
        value(rule, entry.getValue(), path);
      } else if (additional.isObject()) {
        value(additional, entry.getValue(), path);
      } else if (additional.isBoolean() && !additional.asBoolean()) {
        problems.add(
            path
                + " is not known"
                + NearestWord.to(entry.getKey(), known)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("; known are " + String.join(", ", known)));
      }
    }
  }

  private void bounds(
      JsonNode schema, String least, String most, double found, String says, String unit) {
    if (schema.has(least) && found < schema.get(least).asDouble()) {
      problems.add(says + unit + "; at least " + schema.get(least) + " are needed");
    }
    if (schema.has(most) && found > schema.get(most).asDouble()) {
      problems.add(says + unit + "; at most " + schema.get(most) + " are taken");
    }
  }

  private static boolean isOfType(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (isOfType(one, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      case "number" -> value.isNumber();
      case "integer" -> value.isNumber() && value.asDouble() == Math.rint(value.asDouble());
      default -> false;
    };
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode one : list) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static String types(JsonNode type) {
    return type.isArray() ? "one of " + type : "of type " + type.asText();
  }

  /**
   * A value may be a secret that the pipeline's file took from elsewhere: only its kind is told.
   */
  private static String shown(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "a string";
      case NUMBER, BOOLEAN -> value.toString();
      case ARRAY -> "a list";
      default -> "of type " + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    };
  }
}
