package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.batch.GenerationMarks;
import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.commit.ProgressChange.SnapshotPhase;
import io.rapidbyte.ingest.plan.KeyOrder;
import io.rapidbyte.ingest.plan.SnapshotContext;
import io.rapidbyte.ingest.plan.Snapshots;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.replicate.LogTap;
import io.rapidbyte.ingest.replicate.Slot;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.SnapshotState;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is not complete when a session begins, going on beside it: streams with a key by watermark
 * chunks, others copied whole under a snapshot of their own.
 */
final class ResumedSnapshots implements Snapshots.Chunking {
  private static final Logger LOG = LoggerFactory.getLogger(ResumedSnapshots.class);

  private final SnapshotContext context;
  private final SnapshotTools tools;
  private final Watermarks marks;
  private final WorkerGroup workers;
  private final List<KeyOrder> keys;
  private final List<ChunkWorker.Order> orders = new ArrayList<>();
  private final List<ChunkWorker.Task> chunked = new ArrayList<>();
  private final List<OutRecord> records = new ArrayList<>();
  private final List<ProgressChange> changes = new ArrayList<>();
  private final List<CopyJob> whole = new ArrayList<>();
  private final Map<String, WatchedStream> watched = new HashMap<>();
  private final Map<String, Lsn> dropBelow = new HashMap<>();
  // In a field: a collected connection would take its slot and snapshot with it.
  private @Nullable Connection exporter;

  /**
   * Decides; nothing is begun.
   *
   * @param keys rows that commands ask for
   */
  ResumedSnapshots(
      SnapshotContext context, SnapshotTools tools, String token, List<KeyOrder> keys) {
    this.keys = List.copyOf(keys);
    this.context = context;
    this.tools = tools;
    this.marks = new Watermarks("rapidbyte." + context.spec().pipeline(), token);
    this.workers = new WorkerGroup("rb-chunks", context.sessions());
  }

  /**
   * Commits each generation that begins, and starts what is to be done. What {@link #dropBelow} and
   * {@link #tap} tell holds when it returns.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where source or Kafka fails
   */
  ResumedSnapshots start(String token) throws InterruptedException {
    for (StreamPlan stream : context.streams()) {
      SnapshotState state = context.progress().snapshots().get(stream.stream());
      if (state != null) {
        resume(stream, state);
      }
    }
    order();
    if (!changes.isEmpty()) {
      context.sink().put(new Parcel(records, changes));
      context.sink().drain();
    }
    if (!whole.isEmpty()) {
      copyWhole(token);
    }
    if (!chunked.isEmpty() || !orders.isEmpty()) {
      workers.start(
          session -> new ChunkWorker(session, tools, marks, context.text()).run(orders, chunked));
    }
    return this;
  }

  /**
   * Commands for streams that have no rows by key are executed with their neighbour, or at once.
   */
  private void order() {
    long executed = 0;
    for (KeyOrder order : keys) {
      Optional<CopyJob> job = jobFor(order);
      executed = order.next();
      if (job.isPresent()) {
        orders.add(new ChunkWorker.Order(job.get(), order));
      } else if (!orders.isEmpty()) {
        ChunkWorker.Order last = orders.removeLast();
        KeyOrder more = new KeyOrder(last.keys().stream(), last.keys().keys(), executed);
        orders.add(new ChunkWorker.Order(last.job(), more));
      }
    }
    if (!keys.isEmpty() && orders.isEmpty()) {
      changes.add(new ProgressChange.CommandsExecuted(executed));
    }
    for (ChunkWorker.Order order : orders) {
      String stream = order.job().stream();
      int wanted = (int) orders.stream().filter(o -> o.job().stream().equals(stream)).count();
      if (watched.containsKey(stream)) {
        watched.get(stream).order(wanted);
      } else {
        watch(order.job(), false).order(wanted);
      }
    }
  }

  private WatchedStream watch(CopyJob job, boolean spans) {
    WatchedStream stream = new WatchedStream(job, tools, spans);
    watched.put(job.stream(), stream);
    marks.watch(job.stream(), stream);
    return stream;
  }

  private Optional<CopyJob> jobFor(KeyOrder order) {
    Optional<StreamPlan> plan =
        context.streams().stream().filter(s -> s.stream().equals(order.stream())).findFirst();
    Optional<CopyJob> job =
        plan.flatMap(
            stream -> {
              SnapshotState state = context.progress().snapshots().get(order.stream());
              boolean keyed = Resumption.hasOrder(stream.schema());
              boolean fits =
                  order.keys().stream().allMatch(k -> k.size() == stream.schema().key().size());
              return state == null || !keyed || !fits || dropsBelow(stream)
                  ? Optional.empty()
                  : Optional.of(new CopyJob(stream, stream.schema(), generation(stream, state)));
            });
    if (job.isEmpty()) {
      LOG.warn("resync --key: {} has no rows by such a key; nothing is done", order.stream());
    }
    return job;
  }

  private boolean dropsBelow(StreamPlan stream) {
    return whole.stream().anyMatch(job -> job.stream().equals(stream.stream()));
  }

  private int generation(StreamPlan stream, SnapshotState state) {
    return chunked.stream()
        .map(ChunkWorker.Task::job)
        .filter(job -> job.stream().equals(stream.stream()))
        .findFirst()
        .map(CopyJob::generation)
        .orElse(state.generation());
  }

  /** Rows owed from before, in the form in which the log has their keys. */
  private void owe(CopyJob job, WatchedStream stream, List<List<String>> owed)
      throws InterruptedException {
    if (owed.isEmpty()) {
      return;
    }
    try (SnapshotSession session = new SnapshotSession(context.sessions())) {
      new ChunkReader(session, job.plan(), tools.allocator(), context.text())
          .images(job.schema(), owed)
          .ifPresent(stream::owe);
    }
  }

  private void begins(CopyJob job, SnapshotState before, Phase phase) {
    Lsn now = context.progress().last().end();
    changes.add(new SnapshotPhase(job.stream(), job.generation(), phase, now));
    boolean begins = job.generation() != before.generation() || before.phase() == Phase.PENDING;
    if (begins && job.generation() > 1) {
      records.addAll(
          GenerationMarks.begin(
              job.plan(), job.generation(), now, tools.limits().recordBytes(), tools.allocator()));
    }
  }

  private void resume(StreamPlan stream, SnapshotState state) throws InterruptedException {
    switch (Resumption.of(stream, state)) {
      case Resumption.Complete complete -> {}
      case Resumption.Whole(int generation) -> {
        CopyJob job = new CopyJob(stream, stream.schema(), generation);
        whole.add(job);
        begins(job, state, Phase.COPYING);
      }
      case Resumption.Chunks(int generation, var cursor, long rows, var owed) -> {
        CopyJob job = new CopyJob(stream, stream.schema(), generation);
        chunked.add(new ChunkWorker.Task(job, cursor, rows));
        owe(job, watch(job, true), owed);
        if (state.phase() != Phase.CHUNKING || generation != state.generation()) {
          begins(job, state, Phase.CHUNKING);
        }
      }
    }
  }

  /** The new generation is durable; what the snapshot holds, the log must not bring again. */
  private void copyWhole(String token) throws InterruptedException {
    Connection replication = context.sessions().replication();
    exporter = replication;
    Slot.Created created = new Slot("rapidbyte_copy_" + token).createTemporary(replication);
    whole.forEach(job -> dropBelow.put(job.stream(), created.consistentPoint()));
    int copiers = context.spec().source().snapshot().workers();
    workers.start(
        session -> {
          new TableCopy(tools, copiers).copy(created.snapshot(), created.consistentPoint(), whole);
          closeExporter();
        });
  }

  @Override
  public LogTap tap() {
    return marks;
  }

  @Override
  public Map<String, Lsn> dropBelow() {
    return Map.copyOf(dropBelow);
  }

  @Override
  public void check() {
    workers.check();
  }

  @Override
  public void close() {
    workers.close();
    marks.close();
    closeExporter();
  }

  private void closeExporter() {
    Connection open = exporter;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        throw SqlFailures.of(e, "closing a snapshot's session");
      }
    }
  }
}
