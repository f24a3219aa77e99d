package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.commit.ProgressChange.SnapshotPhase;
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
import org.jspecify.annotations.Nullable;

/**
 * What is not complete when a session begins, going on beside it: streams with a key by watermark
 * chunks, others copied whole under a snapshot of their own.
 */
final class ResumedSnapshots implements Snapshots.Chunking {
  private final SnapshotContext context;
  private final SnapshotTools tools;
  private final Watermarks marks;
  private final WorkerGroup workers;
  private final List<ChunkWorker.Task> chunked = new ArrayList<>();
  private final List<CopyJob> whole = new ArrayList<>();
  private final Map<String, Lsn> dropBelow = new HashMap<>();
  // In a field: a collected connection would take its slot and snapshot with it.
  private @Nullable Connection exporter;

  /** Decides; nothing is begun. */
  ResumedSnapshots(SnapshotContext context, SnapshotTools tools, String token) {
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
    List<ProgressChange> changes = new ArrayList<>();
    for (StreamPlan stream : context.streams()) {
      SnapshotState state = context.progress().snapshots().get(stream.stream());
      if (state != null) {
        resume(stream, state, changes);
      }
    }
    if (!changes.isEmpty()) {
      context.sink().put(new Parcel(List.of(), changes));
      context.sink().drain();
    }
    if (!whole.isEmpty()) {
      copyWhole(token);
    }
    if (!chunked.isEmpty()) {
      workers.start(session -> new ChunkWorker(session, tools, marks).run(chunked));
    }
    return this;
  }

  private void resume(StreamPlan stream, SnapshotState state, List<ProgressChange> changes) {
    Lsn now = context.progress().last().end();
    switch (Resumption.of(stream, state)) {
      case Resumption.Complete complete -> {}
      case Resumption.Whole(int generation) -> {
        whole.add(new CopyJob(stream, stream.schema(), generation));
        changes.add(new SnapshotPhase(stream.stream(), generation, Phase.COPYING, now));
      }
      case Resumption.Chunks(int generation, var cursor, long rows) -> {
        CopyJob job = new CopyJob(stream, stream.schema(), generation);
        chunked.add(new ChunkWorker.Task(job, cursor, rows));
        marks.watch(stream.stream(), new WatchedStream(job, tools));
        if (state.phase() != Phase.CHUNKING) {
          changes.add(new SnapshotPhase(stream.stream(), generation, Phase.CHUNKING, now));
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
