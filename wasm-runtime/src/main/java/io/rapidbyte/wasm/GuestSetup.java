package io.rapidbyte.wasm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.ConfigSchema;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.Role;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A module's place in a pipeline.
 *
 * @param config the pipeline's configuration for it: what references of it resolve to is in nothing
 *     that the module says, wherever that is heard
 * @param stream whose batches it gets
 * @param state what it finds again, of one task
 * @param http where its requests go; closed for a transform whatever is given
 */
public record GuestSetup(
    GuestModule module,
    ModuleSpec.Config config,
    String stream,
    Limits limits,
    Grants grants,
    StateStore state,
    HttpDoor http) {
  private static final JsonMapper JSON = new JsonMapper();

  public GuestSetup {
    check(module, config.json().reveal());
    limits = limits.within(module.manifest());
    grants = grants.within(module.manifest().permissions());
    http = module.manifest().role() == Role.DESTINATION ? http : HttpDoor.CLOSED;
  }

  /** With a configuration that holds no secret, a JSON object as text. */
  public GuestSetup(
      GuestModule module,
      String config,
      String stream,
      Limits limits,
      Grants grants,
      StateStore state,
      HttpDoor http) {
    this(
        module,
        new ModuleSpec.Config(new Secret(config), config),
        stream,
        limits,
        grants,
        state,
        http);
  }

  private static void check(GuestModule module, String config) {
    List<String> problems = ConfigSchema.problems(node(module.manifest().config()), node(config));
    if (!problems.isEmpty()) {
      throw new RapidbyteException(
          CallFaults.ofSetting(
              CallFaults.BAD_CONFIG,
              "the configuration of " + module.manifest().id() + ": " + String.join("; ", problems),
              "mend `config` at the module in the pipeline; `rapidbyte module inspect` shows what"
                  + " it takes"));
    }
  }

  /** For {@code rb_open}. */
  byte[] json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("abi", 1);
    json.put("role", module.manifest().role().label());
    json.put("stream", stream);
    json.set("config", node(config.json().reveal()));
    json.putObject("limits")
        .put("memory_bytes", limits.memoryBytes())
        .put("call_ms", limits.callTime().toMillis())
        .put("emit_bytes", limits.emittedBytes())
        .put("log_bytes", limits.logBytes())
        .put("host_calls", limits.hostCalls())
        .put("state_bytes", limits.stateBytes());
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode node(String json) {
    try {
      return JSON.readTree(json.isBlank() ? "{}" : json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a module's configuration is no JSON", e);
    }
  }
}
