package io.rapidbyte.processor.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.processor.builtin.Builtins;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.processor.wasm.GuestState;
import io.rapidbyte.processor.wasm.PipelineModules;
import io.rapidbyte.processor.wasm.PipelineModules.Placed;
import io.rapidbyte.processor.wasm.WasmTransform;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.ModuleLog;
import io.rapidbyte.wasm.http.HttpDoor;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/** The transforms that the pipeline's file names for a stream, built in or modules. */
final class ConfiguredTransforms implements Transforms {
  private final StreamPart part;
  private final GuestRuntime guests;
  private final Map<String, Placed> modules;
  private final Consumer<String> makeRoute;
  private final Set<String> routes = ConcurrentHashMap.newKeySet();

  /**
   * Loads the stream's modules; nothing of them runs.
   *
   * @param makeRoute creates the topic of a route
   * @throws io.rapidbyte.schemas.error.RapidbyteException where a module is refused
   */
  ConfiguredTransforms(StreamPart part, GuestRuntime guests, Consumer<String> makeRoute) {
    this.part = part;
    this.guests = guests;
    this.makeRoute = makeRoute;
    this.modules = PipelineModules.load(part.pipeline(), part.table());
  }

  @Override
  public List<Transform> of(ProcessorContext<byte[], Out> context) {
    KeyValueStore<byte[], byte[]> store = context.getStateStore(Stores.STATE);
    return Builtins.of(part.pipeline(), part.table(), (name, _) -> module(name, store));
  }

  private Transform module(String name, KeyValueStore<byte[], byte[]> store) {
    Placed placed = Optional.ofNullable(modules.get(name)).orElseThrow();
    int record = part.pipeline().limits().recordBytes();
    GuestState state =
        placed.module().mayKeepState()
            ? new StoredState(store, placed.keep(), record)
            : GuestState.NONE;
    GuestSetup setup = placed.module().setup(part.stream(), state, HttpDoor.CLOSED);
    ModuleLog log =
        new ModuleLog(
            part.stream() + " " + placed.keep(), setup.limits().logBytes(), System::nanoTime);
    return new WasmTransform(name + " " + placed.keep(), guests, setup, state, log);
  }

  @Override
  public String route(StreamPart of, String route) {
    String topic = of.route(route);
    if (routes.add(topic)) {
      makeRoute.accept(topic);
    }
    return topic;
  }

  @Override
  public Optional<String> digest() {
    if (modules.isEmpty()) {
      return Optional.empty();
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      modules.values().forEach(each -> sha.update(each.module().fingerprint().getBytes(UTF_8)));
      return Optional.of(HexFormat.of().formatHex(sha.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
