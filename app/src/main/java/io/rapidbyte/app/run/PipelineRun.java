package io.rapidbyte.app.run;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.broker.HomeBroker;
import io.rapidbyte.app.broker.Instance;
import io.rapidbyte.app.broker.KafkaClients;
import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.http.HttpApi;
import io.rapidbyte.app.http.Running;
import io.rapidbyte.app.supervise.Role;
import io.rapidbyte.app.supervise.Supervisor;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.processor.wasm.PipelineModules;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.sink.destination.Queryable;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.GuestSetup;
import io.rapidbyte.wasm.compile.DiskCache;
import io.rapidbyte.wasm.module.Manifest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pipeline that runs. Closing stops its roles, then its servers, then its broker. */
public final class PipelineRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineRun.class);
  private static final Duration QUERY_WITHIN = Duration.ofSeconds(60);

  private final PipelineSpec spec;
  private final Board board;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final KafkaClients kafka;
  private final Supervisor supervisor;
  private final HttpApi http;

  /**
   * What a run needs besides its pipeline.
   *
   * @param httpPort 0 for the next free one
   */
  public record Settings(
      Home home, Set<Role> roles, int httpPort, InstantSource clock, RandomGenerator random) {}

  private PipelineRun(PipelineSpec spec, Settings settings) {
    this.spec = spec;
    this.board = new Board(spec);
    if (settings.roles().contains(Role.INGEST)) {
      requireSource(spec);
    }
    if (settings.roles().contains(Role.PROCESS)) {
      PipelineModules.of(spec).forEach(PipelineModules.Place::load);
    }
    try {
      this.kafka = opened(KafkaClients.open(spec.kafka(), settings.home()));
      kafka.broker().ifPresent(HomeBroker::inherit);
      RootAllocator allocator = opened(new RootAllocator());
      GuestRuntime guests = opened(new GuestRuntime(compiled(settings.home()), this::heard));
      this.http = opened(HttpApi.start(settings.httpPort(), board, this::ask, settings.clock()));
      opened(Running.announce(settings.home(), spec.pipeline(), http.url(), settings.roles()));
      Instance instance = opened(Instance.take(settings.home(), spec.pipeline()));
      this.supervisor =
          opened(new Supervisor(spec, kafka.settings(), guests, allocator, board, instance.name()));
      if (settings.roles().contains(Role.INGEST)) {
        opened(SlotWatch.start(spec.source(), board));
      }
      supervisor.start(settings.roles(), settings.random());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a pipeline; returns while its roles still connect.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source does not answer, or
   *     broker or port cannot be had
   */
  public static PipelineRun start(PipelineSpec spec, Settings settings) {
    return new PipelineRun(spec, settings);
  }

  /** A source that does not answer now is more likely a mistake than a passing fault. */
  private static void requireSource(PipelineSpec spec) {
    PostgresSessions sessions =
        new PostgresSessions(spec.source().address(), "rapidbyte " + spec.pipeline());
    try (Connection _ = sessions.sql()) {
      LOG.debug("{} answers", sessions.display());
    } catch (SQLException e) {
      LOG.debug("the connection did not close in order", e);
    }
  }

  private GuestObserver heard(GuestSetup place) {
    Manifest manifest = place.module().manifest();
    return board.module(place.stream(), manifest.id(), manifest.role());
  }

  /** Without a place on disk, modules are compiled at each start. */
  private static Optional<DiskCache> compiled(Home home) {
    try {
      return Optional.of(
          DiskCache.open(
              home.modules(), (entry, why) -> LOG.warn("{} is compiled again: {}", entry, why)));
    } catch (IOException e) {
      LOG.warn("compiled modules cannot be kept in {}: {}", home.modules(), e.getMessage());
      return Optional.empty();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  private Queryable.Result ask(String destination, String sql, int maxRows) {
    List<DestinationSpec> named =
        spec.destinations().stream()
            .filter(each -> destination.isEmpty() || each.name().equals(destination))
            .toList();
    if (named.size() != 1) {
      throw Failure.config(
          "destination",
          named.isEmpty()
              ? "the pipeline has no destination " + destination
              : "the pipeline has several destinations",
          "name one with --destination: "
              + String.join(
                  ", ", spec.destinations().stream().map(DestinationSpec::name).toList()));
    }
    return supervisor
        .sink(named.getFirst().name())
        .orElseThrow(
            () ->
                Failure.config(
                    "destination",
                    named.getFirst().name() + " does not run in this process",
                    "ask the process with --role sink"))
        .query(sql, maxRows, QUERY_WITHIN);
  }

  /** What is known of it. */
  public Board board() {
    return board;
  }

  /** The broker's address. */
  public String kafka() {
    return kafka.bootstrap();
  }

  /** Where it serves. */
  public String url() {
    return http.url();
  }

  /** As {@link Supervisor#await}. */
  public Optional<Optional<ErrorInfo>> await(Duration atMost) {
    return supervisor.await(atMost);
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable part = open.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not close in order: {}", part.getClass().getSimpleName(), e.getMessage());
        LOG.debug("the whole story", e);
      }
    }
  }
}
