package io.rapidbyte.app.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.TextTable;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.module.DeliveryGuarantee;
import io.rapidbyte.wasm.module.Drops;
import io.rapidbyte.wasm.module.GuestModule;
import io.rapidbyte.wasm.module.Manifest;
import io.rapidbyte.wasm.module.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what a module says of itself, and judges it as a pipeline would. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    header = "Shows what a module is, imports and asks for; refuses what a pipeline would refuse.",
    description = {
      "",
      "  rapidbyte module inspect mask-email.wasm",
      "  rapidbyte module inspect mask-email.wasm --output json | jq .permissions",
      "",
      "Nothing of the module runs.",
      ""
    })
final class ModuleInspectCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private SharedOptions shared = new SharedOptions();

  @Parameters(paramLabel = "FILE", description = "The module, a .wasm file.")
  private Path file = Path.of("");

  ModuleInspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    GuestModule module = GuestModule.load(file, Limits.DEFAULT.moduleBytes());
    if (shared.json()) {
      console.out().println(json(module));
    } else {
      print(module);
    }
    return Rapidbyte.ok();
  }

  private void print(GuestModule module) {
    Manifest manifest = module.manifest();
    TextTable table = TextTable.of(manifest.id(), manifest.version());
    table.row("role", manifest.role().label());
    table.row("size", TextTable.bytes(module.size()));
    table.row("sha256", module.digest());
    if (manifest.role() == Role.TRANSFORM) {
      table.row("a missing row", missing(manifest.drops()));
    } else {
      table.row("what comes again", repeated(manifest.guarantee()));
    }
    table.row("asks for", String.join(", ", asked(manifest)));
    table.row("limits", String.join(", ", limits(manifest)));
    table.row("config", manifest.config());
    for (String each : module.imports()) {
      table.row("imports", each);
    }
    table.print(console.out());
  }

  private static String missing(Drops drops) {
    return switch (drops) {
      case ROW -> "is deleted in destinations (drops: row)";
      case CHANGE -> "leaves destinations as they are (drops: change)";
    };
  }

  private static String repeated(DeliveryGuarantee guarantee) {
    return switch (guarantee) {
      case AT_LEAST_ONCE -> "counts again (guarantee: at-least-once)";
      case IDEMPOTENT -> "has the same key (guarantee: idempotent)";
      case EXACTLY_ONCE -> "is nothing: it stores how far it is (guarantee: exactly-once)";
    };
  }

  private static List<String> asked(Manifest manifest) {
    List<String> asked = new ArrayList<>();
    if (manifest.permissions().state()) {
      asked.add("state");
    }
    manifest.permissions().http().forEach(origin -> asked.add("http " + origin));
    return asked.isEmpty() ? List.of("nothing") : asked;
  }

  private static List<String> limits(Manifest manifest) {
    List<String> limits = new ArrayList<>();
    manifest.memoryBytes().ifPresent(bytes -> limits.add("memory " + TextTable.bytes(bytes)));
    manifest
        .callTime()
        .ifPresent(
            time ->
                limits.add(String.format(Locale.ROOT, "%.1f s a call", time.toMillis() / 1_000.0)));
    return limits.isEmpty() ? List.of("the pipeline's") : limits;
  }

  private static ObjectNode json(GuestModule module) {
    Manifest manifest = module.manifest();
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("id", manifest.id());
    root.put("version", manifest.version());
    root.put("role", manifest.role().label());
    if (manifest.role() == Role.TRANSFORM) {
      root.put("drops", manifest.drops().label());
    } else {
      root.put("guarantee", manifest.guarantee().label());
    }
    root.put("bytes", module.size());
    root.put("sha256", module.digest());
    ObjectNode permissions = root.putObject("permissions");
    permissions.put("state", manifest.permissions().state());
    manifest.permissions().http().forEach(permissions.putArray("http")::add);
    ObjectNode limits = root.putObject("limits");
    manifest.memoryBytes().ifPresent(bytes -> limits.put("memory_bytes", bytes));
    manifest.callTime().ifPresent(time -> limits.put("call_ms", time.toMillis()));
    root.put("config", manifest.config());
    ArrayNode imports = root.putArray("imports");
    module.imports().forEach(imports::add);
    return root;
  }
}
