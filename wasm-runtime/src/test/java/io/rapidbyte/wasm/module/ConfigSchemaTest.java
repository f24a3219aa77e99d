package io.rapidbyte.wasm.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfigSchemaTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["columns"], "additionalProperties": false, "properties": {
        "columns": {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
        "window_s": {"type": "integer", "minimum": 1, "maximum": 86400, "default": 600},
        "mode": {"enum": ["hash", "redact"]},
        "key": {"type": ["string", "null"], "maxLength": 4}}}
      """;

  private static List<String> problems(String config) throws Exception {
    return ConfigSchema.problems(JSON.readTree(SCHEMA), JSON.readTree(config));
  }

  @Test
  void saysNothingOfWhatIsInOrder() throws Exception {
    assertThat(problems("{\"columns\": [\"a\"], \"window_s\": 60, \"mode\": \"hash\"}")).isEmpty();
    assertThat(problems("{\"columns\": [\"a\"], \"key\": null, \"window_s\": 6e1}")).isEmpty();
  }

  @Test
  void namesEachFaultByItsPath() throws Exception {
    assertThat(problems("{\"colums\": [\"a\"]}"))
        .containsExactly(
            "config.columns is missing", "config.colums is not known; did you mean columns?");
    assertThat(problems("{\"columns\": [], \"window_s\": 0}"))
        .containsExactly(
            "config.columns has 0 items; at least 1 are needed",
            "config.window_s is 0; at least 1 are needed");
    assertThat(problems("{\"columns\": [\"a\", 7], \"window_s\": 1.5}"))
        .containsExactly(
            "config.columns[1] is 7; it is to be of type string",
            "config.window_s is 1.5; it is to be of type integer");
    assertThat(problems("[]")).containsExactly("config is a list; it is to be of type object");
  }

  @Test
  void neverShowsTextForItMayBeASecret() throws Exception {
    assertThat(problems("{\"columns\": [\"a\"], \"key\": \"hunter2\", \"mode\": \"hunter2\"}"))
        .hasSize(2)
        .noneMatch(problem -> problem.contains("hunter2"));
  }

  @Test
  void aRuleThatWouldNotBeKeptIsRefusedWithTheManifest() {
    String manifest =
        ModuleBytes.MANIFEST.replace(
            "}", ", \"config\": {\"properties\": {\"a\": {\"pattern\": \"x\"}}}}");
    assertThatThrownBy(() -> ManifestJson.read(manifest.getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("config.properties.a.pattern");
  }
}
