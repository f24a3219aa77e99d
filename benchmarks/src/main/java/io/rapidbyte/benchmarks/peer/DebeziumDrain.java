package io.rapidbyte.benchmarks.peer;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.rapidbyte.benchmarks.Drained;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Debezium's embedded engine, drained to nowhere: the least work that it can do.
 *
 * <p>Arguments: host, port, database, user, password, table, offset file, rows. With rows 0 it only
 * creates its slot and publication and ends; with more it reads that many changes and prints a
 * {@link Drained} line.
 */
public final class DebeziumDrain {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final long expected;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Drained.Clock clock = new Drained.Clock();
  private long rows;

  private DebeziumDrain(long expected) {
    this.expected = expected;
  }

  /** Runs one drain. */
  public static void main(String[] args) throws Exception {
    DebeziumDrain drain = new DebeziumDrain(Long.parseLong(args[8]));
    drain.run(settings(args));
  }

  private static Properties settings(String[] args) {
    Properties settings = new Properties();
    settings.setProperty("name", "peer");
    settings.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    settings.setProperty(
        "offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
    settings.setProperty("offset.storage.file.filename", Path.of(args[7]).toString());
    settings.setProperty("offset.flush.interval.ms", "1000");
    settings.setProperty("database.hostname", args[0]);
    settings.setProperty("database.port", args[1]);
    settings.setProperty("database.dbname", args[2]);
    settings.setProperty("database.user", args[3]);
    settings.setProperty("database.password", args[4]);
    settings.setProperty("table.include.list", args[5]);
    settings.setProperty("topic.prefix", "peer");
    settings.setProperty("plugin.name", "pgoutput");
    settings.setProperty("slot.name", args[6]);
    settings.setProperty("publication.name", args[6]);
    settings.setProperty("publication.autocreate.mode", "filtered");
    settings.setProperty("snapshot.mode", "no_data");
    // Its documentation's advice for throughput.
    settings.setProperty("max.batch.size", "8192");
    settings.setProperty("max.queue.size", "32768");
    settings.setProperty("poll.interval.ms", "50");
    return settings;
  }

  private void run(Properties settings) throws Exception {
    DebeziumEngine<RecordChangeEvent<SourceRecord>> engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(settings)
            .using(
                new DebeziumEngine.ConnectorCallback() {
                  @Override
                  public void pollingStarted() {
                    if (expected == 0) {
                      done.countDown();
                    }
                  }
                })
            .notifying(this::take)
            .build();
    Thread running = new Thread(engine, "engine");
    running.setDaemon(true);
    running.start();
    if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("only " + rows + " rows of " + expected);
    }
    if (expected > 0) {
      System.out.println(clock.stop(rows).line());
    }
    // It keeps its offsets with its close, which now and then does not end.
    Thread closing = new Thread(() -> close(engine), "close");
    closing.setDaemon(true);
    closing.start();
    closing.join(CLOSE);
    running.join(CLOSE);
    System.exit(0);
  }

  private static void close(DebeziumEngine<?> engine) {
    try {
      engine.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(
      List<RecordChangeEvent<SourceRecord>> events,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    rows += events.size();
    clock.start(rows);
    if (!events.isEmpty()) {
      committer.markProcessed(events.get(events.size() - 1));
    }
    committer.markBatchFinished();
    if (rows >= expected) {
      done.countDown();
    }
  }
}
