package io.rapidbyte.app.board;

import io.rapidbyte.app.board.BoardView.Destination;
import io.rapidbyte.app.board.BoardView.Processing;
import io.rapidbyte.app.board.BoardView.Snapshot;
import io.rapidbyte.app.board.BoardView.Source;
import io.rapidbyte.app.board.BoardView.State;
import io.rapidbyte.app.board.StreamCell.DeliveryCell;
import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.ingest.IngestObserver.Phase;
import io.rapidbyte.processor.ProcessObserver;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.sink.SinkObserver;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.module.Role;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Counts what the rooms' observers hear. Any thread; every call returns at once. */
public final class Board {
  private final String pipeline;
  private final Map<String, StreamCell> streams = new TreeMap<>();
  private final Map<String, Destination> destinations = new LinkedHashMap<>();
  private final Latency latency = new Latency();
  private final IngestObserver ingest = new IngestEar();
  private final ProcessObserver process = new ProcessEar();
  private final Map<List<String>, ModuleCell> modules = new ConcurrentHashMap<>();
  private Phase phase = Phase.CONNECTING;
  private Lsn durable = Lsn.ZERO;
  private Lsn server = Lsn.ZERO;
  private long newestCommitMicros;
  private long transactions;
  private OptionalLong retainedBytes = OptionalLong.empty();
  private Optional<Duration> slotLeft = Optional.empty();
  private @Nullable ErrorInfo fault;

  /** An empty board for a pipeline. */
  public Board(PipelineSpec spec) {
    this.pipeline = spec.pipeline();
    for (DestinationSpec each : spec.destinations()) {
      destinations.put(each.name(), new Destination(each.name(), State.STARTING, Optional.empty()));
    }
  }

  /** What ingest tells. */
  public IngestObserver ingest() {
    return ingest;
  }

  /** Who hears a module at its place. */
  public GuestObserver module(String stream, String module, Role role) {
    return modules.computeIfAbsent(
        List.of(stream, module, role.label()), _ -> new ModuleCell(stream, module, role));
  }

  /** The modules that have begun to work. */
  public List<ModuleView> modules() {
    return modules.values().stream().map(ModuleCell::view).toList();
  }

  /** What transforms tell. */
  public ProcessObserver process() {
    return process;
  }

  /** Whether the process that transforms can use Kafka. */
  public synchronized void processing(Optional<ErrorInfo> error) {
    error.ifPresent(each -> fault = each);
  }

  /** What the sink of a destination tells. */
  public SinkObserver sink(String destination) {
    return new SinkEar(destination);
  }

  /** Times from a change's commit to its being in a destination. */
  public Latency latency() {
    return latency;
  }

  /** Ingest has ended for good. */
  public synchronized void ingestFailed(ErrorInfo error) {
    phase = Phase.STOPPED;
    fault = error;
  }

  /** Ingest has done what it had to. */
  public synchronized void ingestDone() {
    phase = Phase.STOPPED;
  }

  /** A sink starts again. */
  public synchronized void sinkRetrying(String destination, ErrorInfo error) {
    put(destination, State.RETRYING, Optional.of(error));
  }

  /** A sink has ended for good. */
  public synchronized void sinkFailed(String destination, ErrorInfo error) {
    put(destination, State.FAILED, Optional.of(error));
  }

  /** Log that the slot keeps, and how long the slot will last where that can be foreseen. */
  public synchronized void slot(long bytes, Optional<Duration> left) {
    retainedBytes = OptionalLong.of(bytes);
    slotLeft = left;
  }

  private void put(String destination, State state, Optional<ErrorInfo> error) {
    destinations.put(destination, new Destination(destination, state, error));
  }

  /** The board as it is now. */
  public synchronized BoardView view() {
    return new BoardView(
        pipeline,
        new Source(
            phase,
            durable,
            server,
            newestCommitMicros,
            transactions,
            retainedBytes,
            slotLeft,
            Optional.ofNullable(fault)),
        streams.entrySet().stream().map(each -> each.getValue().view(each.getKey())).toList(),
        destinations.values().stream().toList());
  }

  private synchronized void stream(String name, Consumer<StreamCell> change) {
    change.accept(streams.computeIfAbsent(name, _ -> new StreamCell()));
  }

  private synchronized void with(Runnable change) {
    change.run();
  }

  /** Hears ingest. */
  private final class IngestEar implements IngestObserver {
    @Override
    public void phase(Phase entered) {
      with(
          () -> {
            phase = entered;
            fault = entered == Phase.WAITING_TO_RETRY ? fault : null;
          });
    }

    @Override
    public void stream(String stream, String topic, int schemaVersion) {
      Board.this.stream(stream, cell -> cell.topic = topic);
    }

    @Override
    public void committed(String stream, long rows, long bytes, long records) {
      Board.this.stream(
          stream,
          cell -> {
            cell.rows += rows;
            cell.bytes += bytes;
            cell.records += records;
          });
    }

    @Override
    public void transaction(long records, long bytes, Duration took) {
      with(() -> transactions++);
    }

    @Override
    public void position(Lsn nowDurable, Lsn nowServer, long commitMicros) {
      with(
          () -> {
            durable = nowDurable;
            server = nowServer;
            newestCommitMicros = Math.max(newestCommitMicros, commitMicros);
          });
    }

    @Override
    public void rejected(String stream, ErrorInfo error, boolean deadLettered) {
      Board.this.stream(stream, cell -> cell.rejected++);
    }

    @Override
    public void snapshot(
        String stream, int generation, long rows, long estimatedRows, boolean done) {
      Board.this.stream(
          stream, cell -> cell.snapshot = new Snapshot(generation, rows, estimatedRows, done));
    }

    @Override
    public void retrying(ErrorInfo error, Duration wait) {
      with(
          () -> {
            phase = Phase.WAITING_TO_RETRY;
            fault = error;
          });
    }
  }

  /** Hears the streams' transforms. */
  private final class ProcessEar implements ProcessObserver {
    private void change(String stream, UnaryOperator<Processing> change) {
      Board.this.stream(
          stream,
          cell ->
              cell.processing =
                  change.apply(cell.processing == null ? Processing.NONE : cell.processing));
    }

    @Override
    public void started(String stream) {
      change(stream, Processing::started);
    }

    @Override
    public void processed(String stream, int rowsIn, int rowsOut) {
      change(stream, each -> each.worked(rowsIn, rowsOut));
    }

    @Override
    public void rejected(String stream, ErrorInfo error, boolean kept) {
      change(stream, Processing::refusedOne);
    }

    @Override
    public void retrying(String stream, ErrorInfo error, Duration wait) {
      change(stream, each -> each.stopped(error));
    }

    @Override
    public void stopped(String stream, ErrorInfo error) {
      change(stream, each -> each.stopped(error));
    }
  }

  /** Hears one destination's sink. */
  private final class SinkEar implements SinkObserver {
    private static final int TOLD_FROM = 2;

    private final String destination;

    SinkEar(String destination) {
      this.destination = destination;
    }

    private void delivery(String stream, Consumer<DeliveryCell> change) {
      Board.this.stream(stream, cell -> change.accept(cell.delivery(destination)));
    }

    @Override
    public void opened() {
      with(() -> put(destination, State.RUNNING, Optional.empty()));
    }

    @Override
    public void claimed(String stream, int partition, long nextOffset) {
      delivery(stream, cell -> cell.behind.putIfAbsent(partition, 0L));
    }

    @Override
    public void released(String stream, int partition) {
      delivery(stream, cell -> cell.behind.remove(partition));
    }

    @Override
    public void applied(Group group) {
      delivery(group.stream(), cell -> cell.applied(group));
      latency.applied(group);
    }

    @Override
    public void behind(String stream, int partition, long records) {
      delivery(stream, cell -> cell.behind.put(partition, records));
    }

    /** The first failures of a row are often over before anybody has read of them. */
    @Override
    public void retrying(String stream, ErrorInfo error, int attempt, Duration delay) {
      if (stream.equals(destination)) {
        with(() -> put(destination, State.RETRYING, Optional.of(error)));
      } else if (attempt >= TOLD_FROM) {
        delivery(stream, cell -> cell.waiting = error);
      }
    }

    @Override
    public void stopped(String stream, ErrorInfo error) {
      delivery(
          stream,
          cell -> {
            cell.stopped = error;
            cell.waiting = null;
          });
    }

    @Override
    public void resumed(String stream) {
      delivery(stream, cell -> cell.stopped = null);
    }

    @Override
    public void lettersSent(String stream, int letters) {
      delivery(stream, cell -> cell.letters += letters);
    }
  }
}
