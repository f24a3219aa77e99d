package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange.RangeDone;
import io.rapidbyte.ingest.commit.ProgressChange.SnapshotPhase;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.type.ArrowTypes;
import java.sql.SQLException;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Copies ranges until none is left: each in a transaction of its own under the shared snapshot,
 * rows straight from the COPY into batches, batches straight to the send thread. Runs on one
 * thread.
 */
final class CopyWorker {
  private final SnapshotSession session;
  private final SnapshotTools tools;
  private final String snapshot;
  private final Queue<CopyTask.Piece> pieces;
  private @Nullable SnapshotWriter writer;
  private @Nullable CopyTask writing;
  private long toldRows;

  /**
   * A worker that has not begun.
   *
   * @param pieces shared with other workers
   */
  CopyWorker(
      SnapshotSession session, SnapshotTools tools, String snapshot, Queue<CopyTask.Piece> pieces) {
    this.session = session;
    this.tools = tools;
    this.snapshot = snapshot;
    this.pieces = pieces;
  }

  /**
   * Works until no range is left.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where source, Kafka or a row's policy
   *     ends the snapshot
   */
  void run() throws InterruptedException {
    try {
      for (CopyTask.Piece piece = pieces.poll(); piece != null; piece = pieces.poll()) {
        copy(piece);
      }
    } finally {
      closeWriter();
    }
  }

  private void copy(CopyTask.Piece piece) throws InterruptedException {
    CopyTask task = piece.task();
    SnapshotWriter rows = writerFor(task);
    rows.begin(piece.range().label(), task.at(), task.micros());
    session.reading(
        snapshot,
        "copying " + piece.range().table(),
        open -> {
          copy(open, piece, rows);
          return rows;
        });
    rows.flush();
    String stream = task.job().stream();
    Parcel last = Parcel.of(rows.take(), new RangeDone(stream, piece.range().label(), rows.rows()));
    tools.sink().put(last);
    Failpoint.hit("snap.range");
    if (task.left().decrementAndGet() == 0) {
      finish(task, rows);
    }
  }

  private void copy(SnapshotSession open, CopyTask.Piece piece, SnapshotWriter rows)
      throws SQLException, InterruptedException {
    CopyJob job = piece.task().job();
    open.hold(piece.pages());
    CopyStatement statement =
        new CopyStatement(
            job.schema(), job.plan().where(), column -> !ArrowTypes.decodesBinary(column.type()));
    CopyReader reader = new CopyReader(statement.text());
    toldRows = 0;
    open.copy(
        statement.range(piece.range()),
        bytes -> {
          reader.feed(bytes, row -> rows.row(row, reader.rowBytes()));
          if (rows.hasRecords()) {
            tools.sink().put(Parcel.of(rows.take()));
            told(piece.task(), reader);
          }
          return true;
        });
    reader.finish();
    told(piece.task(), reader);
  }

  private void told(CopyTask task, CopyReader reader) {
    long fresh = reader.rows() - toldRows;
    toldRows = reader.rows();
    long all = task.rows().addAndGet(fresh);
    CopyJob job = task.job();
    tools.observer().snapshot(job.stream(), job.generation(), all, task.estimatedRows(), false);
  }

  private void finish(CopyTask task, SnapshotWriter rows) throws InterruptedException {
    CopyJob job = task.job();
    rows.end(task.at());
    SnapshotPhase done = new SnapshotPhase(job.stream(), job.generation(), Phase.DONE, task.at());
    tools.sink().put(Parcel.of(rows.take(), done));
    Failpoint.hit("snap.table");
    tools
        .observer()
        .snapshot(job.stream(), job.generation(), task.rows().get(), task.estimatedRows(), true);
  }

  private SnapshotWriter writerFor(CopyTask task) {
    SnapshotWriter open = writer;
    if (open != null && task.equals(writing)) {
      return open;
    }
    closeWriter();
    SnapshotWriter fresh = new SnapshotWriter(task.job(), tools);
    writer = fresh;
    writing = task;
    return fresh;
  }

  private void closeWriter() {
    SnapshotWriter open = writer;
    if (open != null) {
      open.close();
      writer = null;
    }
  }
}
