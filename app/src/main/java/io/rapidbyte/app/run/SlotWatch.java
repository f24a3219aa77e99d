package io.rapidbyte.app.run;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.ingest.guard.SlotDrop;
import io.rapidbyte.ingest.guard.SlotGuard;
import io.rapidbyte.ingest.guard.SlotGuard.Verdict;
import io.rapidbyte.ingest.guard.SlotReading;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.SourceSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the source now and then how much log the slot keeps, on a thread of its own; warns, and does
 * what {@code slot_guard} says.
 */
final class SlotWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(15);

  private final SourceSpec source;
  private final Board board;
  private final SlotGuard guard;
  private final CountDownLatch closing = new CountDownLatch(1);

  private SlotWatch(SourceSpec source, Board board) {
    this.source = source;
    this.board = board;
    this.guard = new SlotGuard(source.slot(), source.slotGuard());
  }

  static SlotWatch start(SourceSpec source, Board board) {
    SlotWatch watch = new SlotWatch(source, board);
    Thread.ofPlatform().daemon().name("slot-watch").start(watch::watch);
    return watch;
  }

  private void watch() {
    PostgresSessions sessions = new PostgresSessions(source.address(), "rapidbyte slot watch");
    try {
      do {
        try (Connection connection = sessions.sql()) {
          ask(connection);
        } catch (SQLException | RapidbyteException e) {
          LOG.debug("the slot's retained log is not known", e);
        }
      } while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(Connection connection) throws SQLException, InterruptedException {
    Optional<SlotReading> reading = SlotReading.of(connection, source.slot());
    if (reading.isEmpty()) {
      return;
    }
    Verdict verdict = guard.judge(reading.get(), System.nanoTime());
    board.slot(reading.get().retainedBytes(), verdict.left());
    verdict.message().ifPresent(LOG::warn);
    if (verdict.giveUp()) {
      SlotDrop.now(connection, source.slot());
    }
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
