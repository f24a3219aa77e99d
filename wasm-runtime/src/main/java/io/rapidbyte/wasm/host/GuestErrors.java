package io.rapidbyte.wasm.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.wasm.module.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Errors as guests report them: JSON with the fields of {@link ErrorInfo}, all of them optional, or
 * plain text. Their codes begin with {@code guest/}, so that none is taken for one of ours.
 */
final class GuestErrors {
  private static final int MAX_TEXT = 2000;
  private static final int MAX_CODE = 64;
  private static final JsonMapper JSON = new JsonMapper();

  private GuestErrors() {}

  static ErrorInfo read(byte[] bytes, Scope scope) {
    JsonNode json = parse(bytes);
    if (json == null) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      return info(JSON.createObjectNode().put("message", text), scope);
    }
    return info(json, scope);
  }

  private static @Nullable JsonNode parse(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      return json != null && json.isObject() ? json : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static ErrorInfo info(JsonNode json, Scope scope) {
    boolean retryable = json.path("retryable").asBoolean(false);
    long wait = json.path("retry_after_ms").asLong(-1);
    CommitState state = oneOf(CommitState.class, json, "commit_state", CommitState.BEFORE_COMMIT);
    return new ErrorInfo(
        category(json, retryable),
        scope == Scope.RECORD ? scope : oneOf(Scope.class, json, "scope", scope),
        code(json.path("code").asText("failed")),
        text(json, "message", "the module gave no reason"),
        text(json, "fix", ""),
        retryable,
        wait < 0 ? null : Duration.ofMillis(Math.min(wait, 3_600_000)),
        oneOf(Backoff.class, json, "backoff", Backoff.NORMAL),
        json.path("safe_to_retry").asBoolean(state == CommitState.BEFORE_COMMIT),
        state,
        Map.of());
  }

  /** INTERNAL is for defects of ours. */
  private static Category category(JsonNode json, boolean retryable) {
    Category category =
        oneOf(Category.class, json, "category", retryable ? Category.TRANSIENT : Category.DATA);
    return category == Category.INTERNAL ? Category.DATA : category;
  }

  private static String text(JsonNode json, String key, String otherwise) {
    String text = json.path(key).asText(otherwise);
    return Printable.line(text.strip().replace('\n', ' '), MAX_TEXT);
  }

  private static String code(String text) {
    String plain = text.startsWith("guest/") ? text.substring("guest/".length()) : text;
    String kebab = plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String trimmed = kebab.replaceAll("^-|-$", "");
    if (trimmed.isEmpty()) {
      return "guest/failed";
    }
    return "guest/" + trimmed.substring(0, Math.min(MAX_CODE, trimmed.length()));
  }

  private static <E extends Enum<E>> E oneOf(
      Class<E> type, JsonNode json, String key, E otherwise) {
    String label = json.path(key).asText("").toUpperCase(Locale.ROOT).replace('-', '_');
    for (E value : type.getEnumConstants()) {
      if (value.name().equals(label)) {
        return value;
      }
    }
    return otherwise;
  }
}
