package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.plan.KeyOrder;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.fault.Failpoint;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads streams in chunks, one stream after the other, while the log goes by. Runs on one thread;
 * no transaction of its is longer than a chunk.
 */
final class ChunkWorker {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkWorker.class);

  private static final int FIRST_ROWS = 1024;
  private static final int MAX_ROWS = 16 * 1024;
  private static final long WANTED_BYTES = 4L * 1024 * 1024;
  private static final int OWED_KEYS = 500;
  private static final long PAUSE_MILLIS = 50;

  private final SnapshotSession session;
  private final SnapshotTools tools;
  private final Watermarks marks;
  private final boolean textKeys;

  /**
   * A worker that has not begun.
   *
   * @param textKeys whether the log has keys in their text form
   */
  ChunkWorker(SnapshotSession session, SnapshotTools tools, Watermarks marks, boolean textKeys) {
    this.session = session;
    this.tools = tools;
    this.marks = marks;
    this.textKeys = textKeys;
  }

  /**
   * One stream's work.
   *
   * @param cursor the key behind which it goes on
   * @param rows in the topic already
   */
  record Task(CopyJob job, Optional<List<String>> cursor, long rows) {}

  /** Rows that a command asks for. */
  record Order(CopyJob job, KeyOrder keys) {}

  /**
   * Reads what commands ask for, then every stream to its end.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source fails
   */
  void run(List<Order> orders, List<Task> tasks) throws InterruptedException {
    try {
      session.execute("SET synchronous_commit = local");
      awaitOlderTransactions();
      for (Order order : orders) {
        read(order);
      }
      for (Task task : tasks) {
        new Reading(task).run();
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e, "reading in chunks");
    }
  }

  /**
   * Waits until every transaction that runs now has ended: one that began before the publication
   * held its tables may change them unseen, and one that the log brought in an earlier session may
   * still be invisible. A snapshot's xmax is no mark for that: it counts what has ended, and
   * whoever began last may be above it.
   */
  private void awaitOlderTransactions() throws SQLException, InterruptedException {
    long now = Long.parseLong(session.value("SELECT pg_current_xact_id()"));
    while (Long.parseLong(session.value("SELECT pg_snapshot_xmin(pg_current_snapshot())")) < now) {
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private void mark(String content) throws SQLException {
    session.execute(
        "SELECT pg_logical_emit_message(true, %s, %s)"
            .formatted(CopyStatement.literal(marks.prefix()), CopyStatement.literal(content)));
  }

  private void read(Order order) throws SQLException, InterruptedException {
    ChunkReader reader = new ChunkReader(session, order.job().plan(), tools.allocator(), textKeys);
    while (true) {
      Watermarks.Open open = marks.open(order.job().stream(), 0);
      Optional<Set<RowKey>> asked = reader.images(open.schema(), order.keys().keys());
      if (asked.isEmpty()) {
        LOG.warn("resync --key: no key of {}: {}", order.job().stream(), order.keys().keys());
      }
      mark(open.low());
      Chunk chunk =
          asked.isPresent()
              ? reader.keys(open.schema(), asked.get())
              : reader.nothing(open.schema());
      marks.ready(open, chunk.executing(order.keys().next()));
      mark(open.high());
      switch (marks.await(open)) {
        case WatchedStream.Result.Emitted emitted -> {
          return;
        }
        case WatchedStream.Result.Again(ChunkWindow.Reason reason) -> {
          if (reason == ChunkWindow.Reason.KEY_FORM) {
            reader.switchKeyForm();
          }
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    }
  }

  /** One stream, from its cursor to its end. */
  private final class Reading {
    private final CopyJob job;
    private final ChunkReader reader;
    private final long estimatedRows;
    private Optional<List<String>> cursor;
    private boolean spansDone;
    private long rows;
    private int size = FIRST_ROWS;

    Reading(Task task) throws SQLException {
      job = task.job();
      cursor = task.cursor();
      rows = task.rows();
      reader = new ChunkReader(session, job.plan(), tools.allocator(), textKeys);
      estimatedRows = estimate();
    }

    private long estimate() throws SQLException {
      List<TablePages> leaves = TablePages.of(session.connection(), job.plan().relationOid());
      boolean known = leaves.stream().allMatch(leaf -> leaf.rows() >= 0);
      return known ? leaves.stream().mapToLong(TablePages::rows).sum() : -1;
    }

    void run() throws SQLException, InterruptedException {
      boolean complete = false;
      while (!complete) {
        Watermarks.Open open = marks.open(job.stream(), spansDone ? OWED_KEYS : 0);
        mark(open.low());
        @Nullable Chunk chunk = read(open);
        if (chunk == null) {
          size = Math.max(1, size / 4);
          continue;
        }
        marks.ready(open, chunk);
        mark(open.high());
        complete = took(chunk, marks.await(open));
      }
    }

    private @Nullable Chunk read(Watermarks.Open open) throws InterruptedException {
      if (!spansDone) {
        return reader.span(open.schema(), cursor, size).orElse(null);
      }
      return open.owed().isEmpty()
          ? reader.nothing(open.schema())
          : reader.keys(open.schema(), open.owed());
    }

    private boolean took(Chunk chunk, WatchedStream.Result result) throws InterruptedException {
      return switch (result) {
        case WatchedStream.Result.Again(ChunkWindow.Reason reason) -> {
          again(reason);
          yield false;
        }
        case WatchedStream.Result.Emitted(long emitted, boolean complete) -> {
          Failpoint.hit("snap.range");
          cursor = chunk.cursor().or(() -> cursor);
          spansDone |= chunk.last();
          rows += emitted;
          resize(chunk);
          tools.observer().snapshot(job.stream(), job.generation(), rows, estimatedRows, complete);
          if (complete) {
            Failpoint.hit("snap.table");
          }
          yield complete;
        }
      };
    }

    private void again(ChunkWindow.Reason reason) throws InterruptedException {
      switch (reason) {
        case TOO_MANY_CHANGES -> size = Math.max(1, size / 2);
        case COMMIT_NOT_VISIBLE -> Thread.sleep(PAUSE_MILLIS);
        case KEY_FORM -> reader.switchKeyForm();
        case TRUNCATED, SCHEMA_CHANGED -> {}
      }
    }

    /** Aims at chunks of some megabytes: a chunk lies in memory between its marks. */
    private void resize(Chunk chunk) {
      if (!chunk.rows().isEmpty()) {
        long rowBytes = Math.max(1, chunk.size() / chunk.rows().size());
        long fitting = Math.clamp(WANTED_BYTES / rowBytes, 1, MAX_ROWS);
        size = (int) Math.min(fitting, size * 4L);
      } else {
        size = Math.min(size * 4, MAX_ROWS);
      }
    }
  }
}
