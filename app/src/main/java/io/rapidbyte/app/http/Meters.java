package io.rapidbyte.app.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.board.BoardView;
import io.rapidbyte.app.board.BoardView.Delivery;
import io.rapidbyte.app.board.BoardView.Processing;
import io.rapidbyte.app.board.BoardView.Source;
import io.rapidbyte.app.board.BoardView.State;
import io.rapidbyte.app.board.BoardView.Stream;
import io.rapidbyte.app.view.Lines;
import io.rapidbyte.ingest.IngestObserver.Phase;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The board as Prometheus's metrics. Names begin with {@code rapidbyte_}. Any thread. */
final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Board board;
  private final InstantSource clock;
  private final Tags pipeline;
  private final Set<String> known = new HashSet<>();
  private final ModuleMeters modules;
  private volatile BoardView now;

  Meters(Board board, InstantSource clock) {
    this.board = board;
    this.clock = clock;
    this.now = board.view();
    this.pipeline = Tags.of("pipeline", now.pipeline());
    this.modules = new ModuleMeters(board, registry, pipeline);
    source("rapidbyte_source_lag_bytes", Source::lagBytes);
    source("rapidbyte_source_retained_wal_bytes", s -> s.retainedBytes().orElse(0));
    source(
        "rapidbyte_source_slot_seconds_left",
        s -> s.slotLeft().map(left -> (double) left.toSeconds()).orElse(Double.NaN));
    source("rapidbyte_source_streaming", s -> s.phase() == Phase.STREAMING ? 1 : 0);
    source("rapidbyte_source_newest_commit_seconds", s -> s.newestCommitMicros() / 1e6);
    FunctionCounter.builder(
            "rapidbyte_ingest_transactions", this, me -> me.now.source().transactions())
        .tags(pipeline)
        .register(registry);
    for (BoardView.Destination each : now.destinations()) {
      String name = each.name();
      Gauge.builder("rapidbyte_destination_up", this, me -> me.isUp(name))
          .tags(pipeline.and("destination", name))
          .register(registry);
    }
  }

  /** All metrics as text, as of now. */
  synchronized String scrape() {
    now = board.view();
    now.streams().forEach(this::register);
    modules.refresh();
    return registry.scrape();
  }

  private void source(String name, ToDoubleFunction<Source> value) {
    Gauge.builder(name, this, me -> value.applyAsDouble(me.now.source()))
        .tags(pipeline)
        .register(registry);
  }

  private void register(Stream stream) {
    String name = stream.name();
    if (known.add(name)) {
      counter("rapidbyte_ingest_rows", name, Stream::rows);
      counter("rapidbyte_ingest_bytes", name, Stream::bytes);
      counter("rapidbyte_ingest_batches", name, Stream::records);
      counter("rapidbyte_ingest_rejected_rows", name, Stream::rejected);
      Gauge.builder("rapidbyte_stream_lag_seconds", this, me -> me.lagSeconds(name))
          .tags(pipeline.and("stream", name))
          .register(registry);
    }
    if (stream.processing().isPresent() && known.add(name + " processed")) {
      processed("rapidbyte_transform_rows_in", name, Processing::in);
      processed("rapidbyte_transform_rows_out", name, Processing::out);
      processed("rapidbyte_transform_rejected_rows", name, Processing::refused);
      Gauge.builder("rapidbyte_transform_stopped", this, me -> me.isStopped(name))
          .tags(pipeline.and("stream", name))
          .register(registry);
    }
    for (String destination : stream.deliveries().keySet()) {
      if (known.add(name + " → " + destination)) {
        register(name, destination);
      }
    }
  }

  private void register(String stream, String destination) {
    counter("rapidbyte_sink_rows", stream, destination, Delivery::rows);
    counter("rapidbyte_sink_bytes", stream, destination, Delivery::bytes);
    counter("rapidbyte_sink_groups", stream, destination, Delivery::groups);
    counter("rapidbyte_sink_rejected_rows", stream, destination, Delivery::refused);
    counter("rapidbyte_sink_dead_letters", stream, destination, Delivery::letters);
    gauge("rapidbyte_sink_records_behind", stream, destination, Delivery::behind);
    gauge(
        "rapidbyte_sink_stopped", stream, destination, each -> each.stopped().isPresent() ? 1 : 0);
  }

  private void processed(String name, String stream, ToDoubleFunction<Processing> value) {
    counter(name, stream, each -> each.processing().map(value::applyAsDouble).orElse(0.0));
  }

  private double isStopped(String stream) {
    return find(stream).flatMap(Stream::processing).flatMap(Processing::stopped).isPresent()
        ? 1
        : 0;
  }

  private void counter(String name, String stream, ToDoubleFunction<Stream> value) {
    FunctionCounter.builder(name, this, me -> me.find(stream).map(value::applyAsDouble).orElse(0.0))
        .tags(pipeline.and("stream", stream))
        .register(registry);
  }

  private void counter(
      String name, String stream, String destination, ToDoubleFunction<Delivery> value) {
    FunctionCounter.builder(name, this, me -> me.delivery(stream, destination, value))
        .tags(pipeline.and("stream", stream, "destination", destination))
        .register(registry);
  }

  private void gauge(
      String name, String stream, String destination, ToDoubleFunction<Delivery> value) {
    Gauge.builder(name, this, me -> me.delivery(stream, destination, value))
        .tags(pipeline.and("stream", stream, "destination", destination))
        .register(registry);
  }

  private double delivery(String stream, String destination, ToDoubleFunction<Delivery> value) {
    return find(stream)
        .map(each -> each.deliveries().get(destination))
        .map(value::applyAsDouble)
        .orElse(0.0);
  }

  private java.util.Optional<Stream> find(String stream) {
    return now.streams().stream().filter(each -> each.name().equals(stream)).findFirst();
  }

  private double lagSeconds(String stream) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    return find(stream).map(each -> Lines.lagMillis(each, micros) / 1e3).orElse(0.0);
  }

  private double isUp(String destination) {
    return now.destinations().stream()
            .anyMatch(each -> each.name().equals(destination) && each.state() == State.RUNNING)
        ? 1
        : 0;
  }

  @Override
  public void close() {
    registry.close();
  }
}
