package io.rapidbyte.ingest.differential;

import io.rapidbyte.ingest.Ingest;
import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.schemas.spec.KafkaSpec;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.spec.Secret;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.schemas.spec.SourceSpec.SchemaEvents;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** Our source, from a database into topics of a real Kafka, and what a reader finds there. */
final class NativeSource implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final PipelineSpec spec;
  private final BufferAllocator allocator = new RootAllocator();
  private final AtomicReference<IngestObserver.@Nullable Phase> phase = new AtomicReference<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Ingest ingest;
  private final Thread thread;

  private NativeSource(PipelineSpec spec) {
    this.spec = spec;
    Map<String, Object> clients = Map.of("bootstrap.servers", SharedKafka.bootstrap());
    IngestObserver observer =
        new IngestObserver() {
          @Override
          public void phase(Phase now) {
            phase.set(now);
          }
        };
    this.ingest = new Ingest(spec, clients, allocator, observer);
    this.thread = Thread.ofPlatform().name("native").unstarted(this::run);
  }

  private void run() {
    try {
      ingest.run();
    } catch (Throwable t) {
      failure.set(t);
    }
  }

  static StreamSpec stream(String tables) {
    return new StreamSpec(tables, List.of(), null, null, null, null, null, null);
  }

  static StreamSpec appended(String table) {
    return new StreamSpec(table, List.of(), null, null, null, null, null, WriteMode.APPEND);
  }

  /** How it is run. */
  record Settings(
      SourceSpec.SnapshotMode snapshot,
      LimitSpec limits,
      SchemaEvents events,
      SourceSpec.Engine engine) {
    /** By our own engine. */
    Settings(SourceSpec.SnapshotMode snapshot, LimitSpec limits, SchemaEvents events) {
      this(snapshot, limits, events, SourceSpec.Engine.NATIVE);
    }

    /** The same by another engine. */
    Settings by(SourceSpec.Engine other) {
      return new Settings(snapshot, limits, events, other);
    }

    /** With a copy of what is there, and everything else by default. */
    static Settings copying() {
      return new Settings(SourceSpec.SnapshotMode.INITIAL, LimitSpec.DEFAULT, SchemaEvents.AUTO);
    }
  }

  /** Starts, and returns when what is written from now on will be read. */
  static NativeSource start(TestDatabase database, Settings settings, StreamSpec... streams) {
    String name = SharedKafka.unique("native");
    String slot = "rb_" + name.replace('-', '_');
    PostgresAddress address =
        new PostgresAddress(
            database.host(),
            database.port(),
            database.name(),
            database.user(),
            new Secret(database.password()),
            "disable",
            Map.of());
    SourceSpec source =
        new SourceSpec(
            address,
            slot,
            slot,
            new SourceSpec.SnapshotSpec(settings.snapshot(), 2),
            SourceSpec.SlotGuardSpec.DEFAULT,
            settings.events(),
            settings.engine());
    NativeSource started =
        new NativeSource(
            new PipelineSpec(
                name,
                KafkaSpec.EMBEDDED,
                source,
                List.of(streams),
                List.of(),
                PolicySpec.DEFAULT,
                settings.limits()));
    started.thread.start();
    started.await("streams", () -> started.phase.get() == IngestObserver.Phase.STREAMING);
    return started;
  }

  private void await(String what, java.util.function.BooleanSupplier condition) {
    Eventually.until(
        "the native source " + what,
        PATIENCE,
        () -> failure.get() != null || condition.getAsBoolean());
    Throwable failed = failure.get();
    if (failed != null) {
      throw new AssertionError("the native source failed: " + failed.getMessage(), failed);
    }
  }

  /** Everything it has written, in the log's order, when it has written a row of {@code last}. */
  List<Change> until(String last) {
    return until(last, ArrowPrinter::cell);
  }

  /** The same with values in a form of the caller's. */
  List<Change> until(String last, PipelineTopics.Printer printer) {
    PipelineTopics topics = new PipelineTopics(SharedKafka.bootstrap(), spec, printer);
    await("writes the end", () -> topics.holds("public." + last));
    return topics.changes();
  }

  @Override
  public void close() {
    ingest.close();
    Eventually.until("the native source stops", STOP, () -> !thread.isAlive());
    allocator.close();
  }
}
