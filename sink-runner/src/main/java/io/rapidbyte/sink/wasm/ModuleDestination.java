package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.sink.books.Books;
import io.rapidbyte.sink.books.ClaimedBook;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.Guarantee;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.wasm.Grants;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.ModuleLog;
import io.rapidbyte.wasm.PlacedModule;
import io.rapidbyte.wasm.StateStore;
import io.rapidbyte.wasm.http.GuardedHttp;
import io.rapidbyte.wasm.http.Resolver;
import io.rapidbyte.wasm.http.WatchedDoor;
import io.rapidbyte.wasm.module.DeliveryGuarantee;
import io.rapidbyte.wasm.module.Role;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A WASM module as a destination. What it declares in its manifest is what it promises; beyond that
 * it is held to the same contract as any destination, but for two things. What it has sent cannot
 * be rolled back, so {@link StreamWriter#apply} answers which rows are not taken after the others
 * were delivered, and does not deliver those again. And its bookkeeping stands in Kafka, behind the
 * deliveries: see {@link PartitionWork}.
 */
public final class ModuleDestination implements Destination {
  private static final int MAX_ANSWER_BYTES = 4 * 1024 * 1024;

  private final ModuleSettings settings;
  private final Map<String, Object> kafkaClient;
  private final Supplier<GuestRuntime> runtime;
  private final BufferAllocator allocator;
  private final Resolver resolver;
  private final Map<PartitionId, Delivered> delivered = new ConcurrentHashMap<>();
  private final AtomicReference<Optional<PlacedModule>> loaded =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Books>> books = new AtomicReference<>(Optional.empty());

  /**
   * A destination that is not yet open; nothing is loaded.
   *
   * @param kafkaClient {@code bootstrap.servers} and security, for its books
   * @param runtime the process's
   */
  public ModuleDestination(
      ModuleSettings settings,
      Map<String, Object> kafkaClient,
      Supplier<GuestRuntime> runtime,
      BufferAllocator allocator) {
    this(settings, kafkaClient, runtime, allocator, Resolver.SYSTEM);
  }

  /** With names looked up otherwise. */
  ModuleDestination(
      ModuleSettings settings,
      Map<String, Object> kafkaClient,
      Supplier<GuestRuntime> runtime,
      BufferAllocator allocator,
      Resolver resolver) {
    this.resolver = resolver;
    this.settings = settings;
    this.kafkaClient = Map.copyOf(kafkaClient);
    this.runtime = runtime;
    this.allocator = allocator;
  }

  @Override
  public Guarantee guarantee() {
    return of(module().module().manifest().guarantee());
  }

  /** What a module's promise means to a reader of the destination. */
  public static Guarantee of(DeliveryGuarantee promise) {
    return switch (promise) {
      case AT_LEAST_ONCE -> Guarantee.AT_LEAST_ONCE;
      case IDEMPOTENT -> Guarantee.IDEMPOTENT;
      case EXACTLY_ONCE -> Guarantee.EXACTLY_ONCE;
    };
  }

  private PlacedModule module() {
    Optional<PlacedModule> known = loaded.get();
    if (known.isPresent()) {
      return known.get();
    }
    PlacedModule module = load(settings);
    loaded.set(Optional.of(module));
    return module;
  }

  /**
   * Loads and judges the module, and holds its place in the pipeline against it.
   *
   * @throws RapidbyteException where it is no destination, asks for what a destination cannot have,
   *     or does not take its configuration
   */
  public static PlacedModule load(ModuleSettings settings) {
    try {
      return PlacedModule.load(settings.module(), Role.DESTINATION, settings.limits());
    } catch (RapidbyteException e) {
      throw new RapidbyteException(e.error().with("destination", settings.name()), e.getCause());
    }
  }

  private GuardedHttp door(Grants grants) {
    return new GuardedHttp(
        grants.http(),
        grants.networks(),
        resolver,
        (SSLSocketFactory) SSLSocketFactory.getDefault(),
        MAX_ANSWER_BYTES);
  }

  @Override
  public void open() {
    loaded.set(Optional.empty());
    module();
    Books opened = new Books(settings.booksTopic(), settings.member(), kafkaClient);
    books.getAndSet(Optional.of(opened)).ifPresent(Books::close);
  }

  @Override
  public StreamWriter writer(StreamTarget target) {
    if (target.mode() != WriteMode.UPSERT && target.mode() != WriteMode.APPEND) {
      throw new RapidbyteException(
          ErrorInfo.permanent(
              Category.CONFIG,
              Scope.STREAM,
              "module/unsupported-mode",
              "a module takes no mode " + target.mode(),
              "set mode: upsert or mode: append at destination " + settings.name()));
    }
    return new ModuleWriter(partition -> claim(target, partition));
  }

  private PartitionWork claim(StreamTarget target, PartitionId partition) {
    Books open = books.get().orElseThrow(() -> new IllegalStateException("it is not open"));
    ClaimedBook book = open.claim(partition);
    try {
      return work(target, partition, book);
    } catch (RuntimeException e) {
      book.close();
      throw e;
    }
  }

  private PartitionWork work(StreamTarget target, PartitionId partition, ClaimedBook book) {
    PlacedModule module = module();
    DeliveryGuarantee guarantee = module.module().manifest().guarantee();
    WatchedDoor door =
        new WatchedDoor(door(module.grants().within(module.module().manifest().permissions())));
    GuestSetup setup = module.setup(target.stream(), StateStore.NONE, door);
    String place = settings.name() + ", " + target.stream();
    Freshness freshness =
        new Freshness(new ModuleLog(place, setup.limits().logBytes(), System::nanoTime));
    Session session = new Session(runtime.get().guest(setup, freshness), door, freshness, target);
    Delivered known = delivered.computeIfAbsent(partition, p -> new Delivered());
    String name = settings.pipeline() + "/" + settings.name();
    Deliverer deliverer =
        Deliverer.of(guarantee, session, new Deliverer.Place(known, partition, name), allocator);
    return new PartitionWork(book, session, deliverer, guarantee);
  }

  @Override
  public void close() {
    books.getAndSet(Optional.empty()).ifPresent(Books::close);
    delivered.clear();
  }
}
