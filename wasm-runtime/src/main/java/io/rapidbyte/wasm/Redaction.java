package io.rapidbyte.wasm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.spec.ModuleSpec;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes out of what a module says the secrets that its configuration told it: whatever a reference
 * of at least {@value #SHORTEST} characters resolved to, wherever it stands.
 */
public final class Redaction {
  private static final int SHORTEST = 4;
  private static final String HIDDEN = "***";
  private static final JsonMapper JSON = new JsonMapper();

  /** Hides nothing. */
  public static final Redaction NONE = new Redaction(List.of());

  private final List<String> secrets;

  private Redaction(List<String> secrets) {
    this.secrets = List.copyOf(secrets);
  }

  /** Of what a pipeline tells a module. */
  public static Redaction of(ModuleSpec.Config config) {
    Set<String> found = new TreeSet<>();
    try {
      find(JSON.readTree(config.json().reveal()), JSON.readTree(config.shown()), found);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a module's configuration is no JSON", e);
    }
    found.removeIf(secret -> secret.length() < SHORTEST);
    return new Redaction(
        found.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList());
  }

  private static void find(JsonNode told, JsonNode shown, Set<String> found) {
    if (told.isObject()) {
      told.properties().forEach(each -> find(each.getValue(), shown.path(each.getKey()), found));
    } else if (told.isArray()) {
      for (int i = 0; i < told.size(); i++) {
        find(told.get(i), shown.path(i), found);
      }
    } else if (!told.equals(shown)) {
      found.add(between(told.asText(), shown.asText()));
    }
  }

  /** What stands in a text where the other has its first to its last reference. */
  private static String between(String told, String shown) {
    int first = shown.indexOf(HIDDEN);
    int last = shown.lastIndexOf(HIDDEN);
    int behind = first < 0 ? 0 : shown.length() - last - HIDDEN.length();
    return told.substring(Math.max(0, first), told.length() - behind);
  }

  /** The text without the secrets. */
  public String of(String text) {
    String hidden = text;
    for (String secret : secrets) {
      hidden = hidden.replace(secret, HIDDEN);
    }
    return hidden;
  }

  /** The error without the secrets. */
  public ErrorInfo of(ErrorInfo error) {
    if (secrets.isEmpty()) {
      return error;
    }
    Map<String, String> details = new HashMap<>();
    error.details().forEach((name, value) -> details.put(of(name), of(value)));
    return new ErrorInfo(
        error.category(),
        error.scope(),
        of(error.code()),
        of(error.message()),
        of(error.fix()),
        error.retryable(),
        error.retryAfter(),
        error.backoff(),
        error.safeToRetry(),
        error.commitState(),
        details);
  }
}
