package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.commit.ProgressChange.SnapshotPhase;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Copies whole tables as they were at a slot's consistent point, by page ranges, on several threads
 * and sessions. Rows go to the topics as they come; a range, and a table, is recorded as done in
 * the Kafka transaction of its last rows.
 *
 * <p>Memory holds a batch for each worker and partition, and what the send thread's queue takes.
 */
public final class TableCopy {
  private final SnapshotTools tools;
  private final int workers;

  /**
   * Connects nowhere yet.
   *
   * @param workers sessions that copy at once
   */
  public TableCopy(SnapshotTools tools, int workers) {
    this.tools = tools;
    this.workers = workers;
  }

  /**
   * Copies the tables of {@code jobs}. When it returns, every row has been put to the sink, behind
   * them each stream's {@code snapshot-end} and its phase DONE; they are durable once the sink is
   * drained.
   *
   * <p>First of all the phase COPYING of every job is put, at the slot's consistent point.
   *
   * @param snapshot the exported snapshot's name; valid until this returns
   * @param at the consistent point: every row's LSN
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source or Kafka fails, or a
   *     table was rewritten meanwhile; finished tables stay finished
   * @throws InterruptedException where the caller is asked to stop; workers have ended
   */
  public void copy(String snapshot, Lsn at, List<CopyJob> jobs) throws InterruptedException {
    if (jobs.isEmpty()) {
      return;
    }
    tools.sink().put(new Parcel(List.of(), phases(jobs, Phase.COPYING, at)));
    Queue<CopyTask.Piece> pieces = new ConcurrentLinkedQueue<>(plan(snapshot, at, jobs));
    int threads = Math.min(workers, Math.max(1, pieces.size()));
    try (WorkerGroup group = new WorkerGroup("rb-snapshot", tools.sessions())) {
      for (int i = 0; i < threads; i++) {
        group.start(session -> new CopyWorker(session, tools, snapshot, pieces).run());
      }
      group.await();
    }
  }

  private static List<ProgressChange> phases(List<CopyJob> jobs, Phase phase, Lsn at) {
    List<ProgressChange> changes = new ArrayList<>();
    for (CopyJob job : jobs) {
      changes.add(new SnapshotPhase(job.stream(), job.generation(), phase, at));
    }
    return changes;
  }

  private List<CopyTask.Piece> plan(String snapshot, Lsn at, List<CopyJob> jobs)
      throws InterruptedException {
    try (SnapshotSession session = new SnapshotSession(tools.sessions())) {
      return session.reading(snapshot, "planning the snapshot", open -> plan(open, at, jobs));
    }
  }

  private List<CopyTask.Piece> plan(SnapshotSession open, Lsn at, List<CopyJob> jobs)
      throws SQLException, InterruptedException {
    long micros =
        Long.parseLong(open.value("SELECT (extract(epoch FROM now()) * 1000000)::bigint"));
    List<List<CopyTask.Piece>> tables = new ArrayList<>();
    for (CopyJob job : jobs) {
      List<CopyTask.Piece> pieces = pieces(open, job, at, micros);
      if (pieces.isEmpty()) {
        endWithoutRows(job, at, micros);
      }
      tables.add(pieces);
    }
    // The largest first, so that no worker is left alone with it at the end.
    tables.sort(Comparator.comparingInt((List<CopyTask.Piece> table) -> table.size()).reversed());
    return tables.stream().flatMap(List::stream).toList();
  }

  private List<CopyTask.Piece> pieces(SnapshotSession open, CopyJob job, Lsn at, long micros)
      throws SQLException {
    open.requireShape(job.plan().relationOid(), job.schema());
    List<TablePages> leaves = TablePages.of(open.connection(), job.plan().relationOid());
    List<PageRange> ranges = new ArrayList<>();
    List<TablePages> places = new ArrayList<>();
    for (TablePages leaf : leaves) {
      for (PageRange range : PageRange.cut(leaf.table(), leaf.leaf(), leaf.pages(), workers)) {
        ranges.add(range);
        places.add(leaf);
      }
    }
    CopyTask task = CopyTask.of(job, at, micros, leaves, ranges.size());
    List<CopyTask.Piece> pieces = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      pieces.add(new CopyTask.Piece(task, ranges.get(i), places.get(i)));
    }
    return pieces;
  }

  /** A partitioned table without partitions. */
  private void endWithoutRows(CopyJob job, Lsn at, long micros) throws InterruptedException {
    try (SnapshotWriter writer = new SnapshotWriter(job, tools)) {
      writer.begin("", at, micros);
      writer.end(at);
      SnapshotPhase done = new SnapshotPhase(job.stream(), job.generation(), Phase.DONE, at);
      tools.sink().put(Parcel.of(writer.take(), done));
    }
  }
}
