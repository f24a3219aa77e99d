package io.rapidbyte.ingest.debezium;

import io.rapidbyte.ingest.decode.LogVisitor;
import io.rapidbyte.ingest.decode.PgOutputDecoder;
import io.rapidbyte.ingest.replicate.LogReader;
import io.rapidbyte.ingest.replicate.ReplicationStream;
import io.rapidbyte.ingest.replicate.WireFrame;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.stream.TableName;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as Debezium's connector reads it. A thread of Debezium's takes frames from our
 * replication stream and turns them into change events; {@link #next} takes frames and events,
 * which come in the same order, and tells of both as if one decoder had read them.
 */
final class DebeziumReader implements LogReader {
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(DebeziumReader.class);

  private final FedTask task;
  private final HandOver handOver;
  private final PgOutputDecoder decoder = new PgOutputDecoder();
  private final Events events;
  private final String unchanged;
  private @Nullable EventVisitor visitor;

  private DebeziumReader(FedTask task, HandOver handOver, String unchanged) {
    this.task = task;
    this.handOver = handOver;
    this.events = new Events(task::poll);
    this.unchanged = unchanged;
  }

  /**
   * Starts the connector's task on a stream.
   *
   * @param tables whose rows it is to decode
   * @throws io.rapidbyte.schemas.error.RapidbyteException where it does not start
   */
  static DebeziumReader start(PipelineSpec spec, ReplicationStream stream, Set<TableName> tables) {
    HandOver handOver = new HandOver();
    FedTask task = new FedTask(new FedStream.Feed(stream, tables, handOver));
    String id = UUID.randomUUID().toString();
    DebeziumReader reader = new DebeziumReader(task, handOver, id);
    try {
      task.start(DebeziumSettings.of(spec, tables, spec.pipeline() + "-" + id, id));
      if (!task.isRunning()) {
        throw Failures.passing("Debezium's connector does not start", new IllegalStateException());
      }
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw Failures.of(e);
    }
  }

  @Override
  public boolean next(Listener listener) {
    HandOver.Fed fed = handOver.poll();
    if (fed == null) {
      task.failure()
          .ifPresent(
              failure -> {
                throw Failures.of(failure);
              });
      return false;
    }
    byte[] frame = fed.frame();
    if (WireFrame.isLog(frame)) {
      int bytes = frame.length - WireFrame.HEADER;
      LogVisitor to = listener.message(bytes, WireFrame.serverEnd(frame));
      decoder.decode(frame, WireFrame.HEADER, visitor(to).telling(to, fed.number()));
    } else {
      listener.keepalive(WireFrame.keepaliveEnd(frame), WireFrame.asksReply(frame));
    }
    return true;
  }

  private EventVisitor visitor(LogVisitor to) {
    EventVisitor known = visitor;
    if (known == null) {
      known = new EventVisitor(events, to, unchanged);
      visitor = known;
    }
    return known;
  }

  /** What Debezium does at its end is done beside us, should it take long. */
  @Override
  public void close() {
    handOver.close();
    Thread stop = Thread.ofPlatform().daemon().name("rb-debezium-stop").start(this::stop);
    boolean interrupted = Thread.interrupted();
    try {
      if (!stop.join(STOP)) {
        LOG.warn("Debezium's connector has not stopped within {} s", STOP.toSeconds());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    try {
      task.stop();
    } catch (RuntimeException e) {
      LOG.debug("Debezium's connector does not stop cleanly", e);
    }
  }
}
