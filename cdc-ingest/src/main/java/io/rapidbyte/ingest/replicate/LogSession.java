package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.ingest.batch.Rejects;
import io.rapidbyte.ingest.commit.SendThread;
import io.rapidbyte.ingest.plan.Snapshots;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session of streaming, from durable progress until it is stopped or fails. */
public final class LogSession {
  private static final String SLOT_ACTIVE = "55006";
  private static final int HEAP_SHARE = 16;
  private static final Duration PREDECESSOR = Duration.ofSeconds(3);
  private static final String END_PREDECESSOR =
      "SELECT pg_terminate_backend(s.active_pid) FROM pg_replication_slots s"
          + " JOIN pg_stat_activity a ON a.pid = s.active_pid"
          + " WHERE s.slot_name = ? AND a.usename = current_user"
          + " AND a.application_name = current_setting('application_name')";
  private static final Logger LOG = LoggerFactory.getLogger(LogSession.class);

  private final PipelineSpec spec;
  private final PostgresSessions sessions;
  private final SendThread send;
  private final BufferAllocator allocator;
  private final IngestObserver observer;

  /** Connects nowhere yet. */
  public LogSession(
      PipelineSpec spec,
      PostgresSessions sessions,
      SendThread send,
      BufferAllocator allocator,
      IngestObserver observer) {
    this.spec = spec;
    this.sessions = sessions;
    this.send = send;
    this.allocator = allocator;
    this.observer = observer;
  }

  /**
   * What is streamed.
   *
   * @param engine what decodes the log
   * @param known of the streams' schemas
   * @param binary whether values are asked for in their binary form
   * @param rejects makes what takes refused rows, given where records go
   * @param ddl what the source has to say of DDL
   */
  public record Work(
      LogEngine engine,
      List<StreamPlan> streams,
      List<String> publications,
      StreamBook.Known known,
      boolean binary,
      Function<Epoch, Rejects> rejects,
      StreamBook.Ddl ddl) {}

  /**
   * Streams on the calling thread until {@code stop}.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Postgres or Kafka fails
   * @throws InterruptedException where the thread is asked to stop
   */
  public void run(Work work, Snapshots.Chunking chunking, BooleanSupplier stop)
      throws InterruptedException {
    Progress progress = Objects.requireNonNull(send.durable(), "no progress");
    Epoch epoch = new Epoch(spec.limits().recordBytes());
    try (StreamBook book = book(work, chunking, epoch, progress);
        ReplicationStream stream = start(work, progress.last().end(), stop);
        Feedback feedback = new Feedback(stream, this::durableEnd).start();
        LogReader reader = work.engine().read(stream, work.streams())) {
      send.onDurable(ignored -> feedback.request());
      LogAssembler assembler =
          new LogAssembler(
              book,
              epoch,
              chunking.tap(),
              new MessageRecords(spec.topics().messages(), spec.limits().recordBytes()),
              Math.min(spec.limits().transactionBytes(), heapShare()),
              progress.last(),
              progress.partial());
      observer.phase(IngestObserver.Phase.STREAMING);
      new LogLoop(reader, assembler, send, feedback, observer).run(stop);
    }
  }

  /** A piece of a transaction is built while the piece before is being sent. */
  private static long heapShare() {
    return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  }

  private Lsn durableEnd() {
    return Objects.requireNonNull(send.durable(), "no progress").last().end();
  }

  private StreamBook book(Work work, Snapshots.Chunking chunking, Epoch epoch, Progress progress) {
    Map<String, Integer> generations = new HashMap<>();
    progress.snapshots().forEach((name, state) -> generations.put(name, state.generation()));
    return new StreamBook(
        new StreamBook.Settings(
            spec.topics().schemas(),
            work.engine(),
            work.binary(),
            spec.limits().maxRowBytes(),
            generations,
            chunking.dropBelow(),
            work.ddl()),
        new StreamBook.Tools(
            new RelationBinder(
                sessions, new StreamSelection(spec.streams()), !work.ddl().prefix().isEmpty()),
            chunking.tap(),
            epoch,
            work.rejects().apply(epoch),
            allocator,
            observer),
        work.streams(),
        work.known());
  }

  /**
   * Starts, and tries again for as long as a dead predecessor's session may keep the slot; one of
   * this pipeline that stands still does so for ever where nobody ends it.
   */
  private ReplicationStream start(Work work, Lsn from, BooleanSupplier stop)
      throws InterruptedException {
    long deadline = System.nanoTime() + walSenderTimeoutNanos() + TimeUnit.SECONDS.toNanos(5);
    long patient = System.nanoTime() + PREDECESSOR.toNanos();
    while (true) {
      try {
        return ReplicationStream.start(
            sessions, spec.source().slot(), work.publications(), from, work.binary());
      } catch (SQLException e) {
        if (!SLOT_ACTIVE.equals(e.getSQLState()) || stop.getAsBoolean()) {
          throw SqlFailures.of(e, "starting replication from slot " + spec.source().slot());
        }
        long now = System.nanoTime();
        if (now > deadline) {
          throw inUse();
        }
        if (now > patient) {
          patient = now + PREDECESSOR.toNanos();
          endPredecessor();
        }
        Thread.sleep(200);
      }
    }
  }

  /** Whoever has the lead may end the session of whoever had it before, and nobody else's. */
  private void endPredecessor() {
    try (Connection sql = sessions.sql();
        PreparedStatement end = sql.prepareStatement(END_PREDECESSOR)) {
      end.setString(1, spec.source().slot());
      end.execute();
    } catch (SQLException e) {
      LOG.debug("a predecessor's session is not ended", e);
    }
  }

  private RuntimeException inUse() {
    try (Connection sql = sessions.sql()) {
      Slot slot = new Slot(spec.source().slot());
      return slot.inUse(slot.state(sql).map(Slot.State::activePid).orElse(0));
    } catch (SQLException e) {
      return SqlFailures.of(e, "looking who uses slot " + spec.source().slot());
    }
  }

  private long walSenderTimeoutNanos() {
    try (Connection sql = sessions.sql();
        Statement statement = sql.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT setting::bigint FROM pg_settings WHERE name = 'wal_sender_timeout'")) {
      row.next();
      return TimeUnit.MILLISECONDS.toNanos(row.getLong(1));
    } catch (SQLException e) {
      throw SqlFailures.of(e, "asking for wal_sender_timeout");
    }
  }
}
