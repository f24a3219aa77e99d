package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.sink.kafka.KafkaFailures;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls, and hands records to lanes; never waits for a destination. On the thread of {@code
 * SinkRunner.run}.
 */
final class SinkLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkLoop.class);
  private static final Duration SHORT_POLL = Duration.ofMillis(20);
  private static final Duration LONG_POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);
  private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long REJOIN_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LAG_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PipelineSpec pipeline;
  private final DestinationSpec destination;
  private final HostParts parts;
  private final StreamPlan plan;
  private final Consumer<byte[], byte[]> consumer;
  private final StreamDirectory directory;
  private final WorkerThreads workers = new WorkerThreads();
  private final Map<String, StreamRole> roles = new HashMap<>();
  private final Map<TopicPartition, Lane> lanes = new HashMap<>();
  private final boolean soleMember;
  private volatile boolean closed;
  private long rejoinAtNanos;
  private long commitAtNanos = System.nanoTime() + COMMIT_NANOS;
  private long lagAtNanos = System.nanoTime();

  SinkLoop(
      PipelineSpec pipeline,
      DestinationSpec destination,
      ConsumerSettings consumers,
      HostParts parts) {
    this.pipeline = pipeline;
    this.destination = destination;
    this.parts = parts;
    this.plan = new StreamPlan(pipeline, destination);
    this.soleMember = consumers.instance().isPresent();
    this.consumer =
        consumers.groupMember(parts.limits().fetchBytes(), pipeline.limits().recordBytes());
    this.directory = new StreamDirectory(consumers.reader(), pipeline.topics(), plan);
  }

  /**
   * Works until {@link #close}.
   *
   * @throws RapidbyteException where Kafka refuses, or the destination has to be opened again;
   *     retryable where it may pass
   */
  public void run() {
    try {
      while (!closed) {
        turn();
      }
    } catch (WakeupException e) {
      LOG.debug("woken to close");
    } catch (KafkaException e) {
      throw KafkaFailures.failure("consume for destination " + destination.name(), e);
    } finally {
      stop();
    }
  }

  private void turn() {
    Optional<ErrorInfo> fault = parts.destination().fault();
    if (fault.isPresent()) {
      throw new RapidbyteException(fault.get());
    }
    List<StreamDirectory.Listed> found = directory.poll(System.nanoTime());
    if (!found.isEmpty()) {
      found.forEach(this::add);
      consumer.subscribe(Set.copyOf(roles.keySet()), new Rebalance());
      rejoinAtNanos = System.nanoTime() + REJOIN_NANOS;
    }
    if (roles.isEmpty()) {
      pause();
      return;
    }
    dispatch(poll());
    steer();
    report();
    if (soleMember) {
      takeAll();
    }
  }

  /**
   * A member that comes back under its name is given what it had, whatever it subscribes to now
   * (KIP-345): streams that appeared meanwhile it has to ask for.
   */
  private void takeAll() {
    long now = System.nanoTime();
    if (now - rejoinAtNanos < 0) {
      return;
    }
    rejoinAtNanos = now + REJOIN_NANOS;
    Set<String> missing = new HashSet<>(roles.keySet());
    lanes.keySet().forEach(partition -> missing.remove(partition.topic()));
    if (!missing.isEmpty()) {
      LOG.debug("{} are not assigned yet", missing);
      consumer.enforceRebalance("streams without a partition");
    }
  }

  /** Nothing to poll for yet; a closing caller is not kept waiting. */
  private static void pause() {
    try {
      Thread.sleep(SHORT_POLL);
    } catch (InterruptedException e) {
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  private void add(StreamDirectory.Listed listed) {
    var table = listed.table();
    StreamRole role =
        new StreamRole(
            table,
            listed.topic(),
            pipeline.topics().deadLetters(table),
            destination.name(),
            plan.mode(table, listed.key()),
            pipeline.policies().onDataError(),
            former(listed),
            pipeline.source().snapshot().mode() == SnapshotMode.NEVER ? 2 : 1);
    roles.put(listed.topic(), role);
    workers.start(
        listed.topic(), "sink-" + destination.name() + "-" + table, new StreamWorker(role, parts));
  }

  /** The stream's other topic, where the group has read that one too. */
  private Optional<String> former(StreamDirectory.Listed listed) {
    TopicPartition other = new TopicPartition(listed.other(), 0);
    OffsetAndMetadata read = consumer.committed(Set.of(other)).get(other);
    return read == null ? Optional.empty() : Optional.of(listed.other());
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(isSettled() ? LONG_POLL : SHORT_POLL);
    } catch (OffsetOutOfRangeException e) {
      // The log's start overtook the position: the claim finds out and says so.
      consumer.pause(e.partitions());
      for (TopicPartition partition : e.partitions()) {
        consumer.seek(partition, 0);
        lanes.computeIfPresent(
            partition,
            (p, lane) -> {
              lane.reset(System.nanoTime());
              return lane;
            });
      }
      return ConsumerRecords.empty();
    } catch (RetriableException e) {
      LOG.debug("a poll failed", e);
      return ConsumerRecords.empty();
    }
  }

  /** Whether all that may come from a poll is wanted; else a worker may soon want more. */
  private boolean isSettled() {
    return consumer.paused().isEmpty();
  }

  private void dispatch(ConsumerRecords<byte[], byte[]> records) {
    Set<String> topics = new HashSet<>();
    lanes.forEach(
        (partition, lane) -> {
          lane.polled();
          if (!records.records(partition).isEmpty() || !consumer.paused().contains(partition)) {
            lane.offer(records.records(partition), consumer.position(partition));
            topics.add(partition.topic());
          }
        });
    topics.forEach(topic -> workers.worker(topic).ifPresent(StreamWorker::signal));
  }

  /** Seeks, pauses and resumes as the lanes wish. */
  private void steer() {
    Set<TopicPartition> paused = consumer.paused();
    lanes.forEach(
        (partition, lane) -> {
          OptionalLong target = lane.wantsSeek();
          if (target.isPresent()) {
            consumer.seek(partition, target.getAsLong());
            lane.sought();
          }
          boolean wanted = lane.wantsRecords();
          if (wanted && paused.contains(partition)) {
            consumer.resume(List.of(partition));
          } else if (!wanted && !paused.contains(partition)) {
            consumer.pause(List.of(partition));
          }
        });
  }

  private void report() {
    long now = System.nanoTime();
    if (now - lagAtNanos >= 0) {
      lagAtNanos = now + LAG_NANOS;
      lanes.forEach(this::reportLag);
    }
    if (now - commitAtNanos >= 0) {
      commitAtNanos = now + COMMIT_NANOS;
      consumer.commitAsync(
          applied(),
          (offsets, failure) -> {
            if (failure != null) {
              LOG.debug("offsets for lag tools were not committed", failure);
            }
          });
    }
  }

  private void reportLag(TopicPartition partition, Lane lane) {
    StreamRole role = roles.get(partition.topic());
    OptionalLong lag = consumer.currentLag(partition);
    if (role == null || lag.isEmpty()) {
      return;
    }
    lane.behind(consumer.position(partition) + lag.getAsLong())
        .ifPresent(
            records -> parts.observer().behind(role.stream(), partition.partition(), records));
  }

  /** For tools that look at groups; we never read it. */
  private Map<TopicPartition, OffsetAndMetadata> applied() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    lanes.forEach(
        (partition, lane) ->
            lane.appliedOffset()
                .ifPresent(offset -> offsets.put(partition, new OffsetAndMetadata(offset))));
    return offsets;
  }

  private void shareMemory() {
    long share = parts.limits().prefetchShare(lanes.size());
    lanes.values().forEach(lane -> lane.prefetch(share));
  }

  private void stop() {
    workers.close();
    try {
      if (!lanes.isEmpty()) {
        consumer.commitSync(applied(), Duration.ofSeconds(1));
      }
    } catch (KafkaException e) {
      LOG.debug("offsets for lag tools were not committed", e);
    }
    consumer.close(CloseOptions.timeout(CLOSE_WITHIN));
    directory.close();
  }

  /** Ends {@link #run} from any thread. */
  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    directory.wakeup();
  }

  /** On the loop's thread, within a poll. */
  private final class Rebalance implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
      for (TopicPartition partition : partitions) {
        // Any position: it only keeps the consumer from looking for one of its own.
        consumer.seek(partition, 0);
        Lane lane = new Lane(partition, parts.limits().prefetchBytes(), System.nanoTime());
        lanes.put(partition, lane);
        workers.worker(partition.topic()).ifPresent(worker -> worker.assign(lane));
      }
      shareMemory();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        lanes.remove(partition);
        workers.worker(partition.topic()).ifPresent(worker -> worker.revoke(partition));
      }
      shareMemory();
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      onPartitionsRevoked(partitions);
    }
  }
}
