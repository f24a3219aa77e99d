package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.http.Resolver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/** Committed modules in a place of their own. */
final class Modules {
  static final GuestRuntime RUNTIME = new GuestRuntime(Optional.empty());
  private static final Path COMMITTED = Path.of("..", "modules", "wasm");

  private Modules() {}

  static Path httpPost(String language) {
    return COMMITTED.resolve(language).resolve("http-post.wasm");
  }

  static Path ledger() {
    return Path.of("src", "test", "resources", "guests", "ledger.wasm");
  }

  /** A destination that posts to a server on loopback. */
  static ModuleSettings settings(Path module, String origin, String name) {
    return new ModuleSettings(
        name,
        "hook",
        new ModuleSpec(
            module,
            new ModuleSpec.Config(
                new Secret("{\"url\": \"" + origin + "\"}"), "{\"url\": \"" + origin + "\"}"),
            new ModuleSpec.Allow(false, List.of(origin), List.of("127.0.0.1/32"))),
        Limits.DEFAULT,
        "_rb." + name + ".sink.hook",
        name + ".sink.hook");
  }

  static ModuleSettings within(ModuleSettings settings, Duration call) {
    return new ModuleSettings(
        settings.pipeline(),
        settings.name(),
        settings.module(),
        settings.limits().withCallTime(call),
        settings.booksTopic(),
        settings.member());
  }

  static ModuleSettings allowing(ModuleSettings settings, ModuleSpec.Allow allow) {
    ModuleSpec was = settings.module();
    return with(settings, new ModuleSpec(was.path(), was.config(), allow));
  }

  static ModuleSettings telling(ModuleSettings settings, ModuleSpec.Config config) {
    ModuleSpec was = settings.module();
    return with(settings, new ModuleSpec(was.path(), config, was.allow()));
  }

  private static ModuleSettings with(ModuleSettings settings, ModuleSpec module) {
    return new ModuleSettings(
        settings.pipeline(),
        settings.name(),
        module,
        settings.limits(),
        settings.booksTopic(),
        settings.member());
  }

  static ModuleDestination open(ModuleSettings settings, BufferAllocator allocator) {
    return open(settings, allocator, Resolver.SYSTEM);
  }

  static ModuleDestination open(
      ModuleSettings settings, BufferAllocator allocator, Resolver resolver) {
    ModuleDestination destination =
        new ModuleDestination(
            settings,
            Map.of("bootstrap.servers", SharedKafka.bootstrap()),
            () -> RUNTIME,
            allocator,
            resolver);
    destination.open();
    return destination;
  }
}
