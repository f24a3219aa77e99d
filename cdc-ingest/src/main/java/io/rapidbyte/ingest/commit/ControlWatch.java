package io.rapidbyte.ingest.commit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices commands as they come, on a thread of its own. Executes none. */
public final class ControlWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlWatch.class);
  private static final Duration POLL = Duration.ofSeconds(2);
  private static final long PAUSE_MILLIS = 2_000;
  private static final Duration STOP = Duration.ofSeconds(2);

  private final KafkaSettings settings;
  private final TopicPartition partition;
  private final Thread thread;
  private volatile long seen;
  private volatile boolean stopping;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> open;

  /**
   * Watches for commands of which the leader does not know yet.
   *
   * @param topic the control topic
   * @param from the offset behind the last one known
   */
  public ControlWatch(KafkaSettings settings, String topic, long from) {
    this.settings = settings;
    this.partition = new TopicPartition(topic, 0);
    this.seen = from;
    this.thread = Thread.ofPlatform().name("rb-ingest-control").daemon().unstarted(this::run);
  }

  /** Starts watching. */
  public ControlWatch start() {
    thread.start();
    return this;
  }

  /** The offset behind the last command that has come. */
  public long seen() {
    return seen;
  }

  private void run() {
    while (!stopping) {
      try {
        watch();
      } catch (KafkaException e) {
        if (!stopping) {
          LOG.debug("the control topic cannot be read; trying again", e);
          pause();
        }
      }
    }
  }

  private void watch() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings.reader(partition.topic() + ".watch"))) {
      open = consumer;
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      consumer.seek(partition, CommittedReader.start(consumer, partition, seen, end));
      while (!stopping) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          seen = record.offset() + 1;
        }
      }
    } catch (WakeupException e) {
      stopping = true;
    } finally {
      open = null;
    }
  }

  private void pause() {
    for (long waited = 0; waited < PAUSE_MILLIS && !stopping; waited += 100) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  @Override
  public void close() {
    stopping = true;
    KafkaConsumer<byte[], byte[]> consumer = open;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      thread.join(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
