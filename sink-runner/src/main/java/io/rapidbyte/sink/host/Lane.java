package io.rapidbyte.sink.host;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Where loop and worker meet for one partition: a bounded queue of records, and whose turn it is.
 *
 * <pre>
 *   CLAIM ──worker: claimed──▶ SEEK ──loop: sought──▶ READ
 *     ▲                                                │
 *     └──────────worker or loop: reset ◀───────────────┘
 * </pre>
 *
 * A reset forgets what is queued; it comes again from the destination's offset. Thread-safe.
 */
final class Lane {
  private enum Phase {
    CLAIM,
    SEEK,
    READ
  }

  /**
   * Records to apply.
   *
   * @param records whoever decodes them takes them out
   * @param count how many there were
   * @param nextOffset the position behind them: the consumer's where they are all that was queued
   * @param full whether the limits cut them off
   */
  record Taken(
      Deque<ConsumerRecord<byte[], byte[]>> records,
      int count,
      long nextOffset,
      long bytes,
      boolean full) {}

  private final TopicPartition partition;
  private long prefetchBytes;
  private final Deque<ConsumerRecord<byte[], byte[]>> queue = new ArrayDeque<>();
  private Phase phase = Phase.CLAIM;
  private long claimAtNanos;
  private boolean polled = true;
  private long seekTo;
  private long position;
  private long queuedBytes;
  private boolean hungry;
  private long applied = -1;
  private long takenTo;

  Lane(TopicPartition partition, long prefetchBytes, long nowNanos) {
    this.partition = partition;
    this.prefetchBytes = prefetchBytes;
    this.claimAtNanos = nowNanos;
  }

  /** Loop: how much is read ahead from now on. */
  synchronized void prefetch(long bytes) {
    prefetchBytes = bytes;
  }

  TopicPartition partition() {
    return partition;
  }

  /** Worker: whether it is time to claim. */
  synchronized boolean claimDue(long nowNanos) {
    return phase == Phase.CLAIM && polled && nowNanos - claimAtNanos >= 0;
  }

  /** Worker: the destination's offset is known. */
  synchronized void claimed(long offset) {
    phase = Phase.SEEK;
    seekTo = offset;
    applied = offset;
  }

  /** Loop: where to seek, if that is what is waited for. */
  synchronized OptionalLong wantsSeek() {
    return phase == Phase.SEEK ? OptionalLong.of(seekTo) : OptionalLong.empty();
  }

  /** Loop: the consumer stands at the offset that was asked for. */
  synchronized void sought() {
    if (phase == Phase.SEEK) {
      phase = Phase.READ;
      position = seekTo;
    }
  }

  /** Either: begin again by a claim, at {@code nanos} and after the loop has polled once more. */
  synchronized void reset(long nanos) {
    phase = Phase.CLAIM;
    claimAtNanos = nanos;
    polled = false;
    queue.clear();
    queuedBytes = 0;
    hungry = false;
    takenTo = 0;
  }

  /** Loop: the consumer was polled and the partition is still its own. */
  synchronized void polled() {
    polled = true;
  }

  /** Loop: records that follow what was offered before, and the consumer's position behind them. */
  synchronized void offer(List<ConsumerRecord<byte[], byte[]>> records, long consumerPosition) {
    if (phase != Phase.READ) {
      return;
    }
    for (ConsumerRecord<byte[], byte[]> each : records) {
      detach(each);
      queue.add(each);
      queuedBytes += sizeOf(each);
    }
    position = consumerPosition;
  }

  /**
   * Loop: whether fetching goes on. A worker that waits for a record's last part is not refused.
   */
  synchronized boolean wantsRecords() {
    return phase == Phase.READ && (hungry || queuedBytes < prefetchBytes);
  }

  /** Worker: as many whole records as the limits allow; none where nothing is queued. */
  synchronized Taken take(HostLimits limits) {
    Deque<ConsumerRecord<byte[], byte[]>> taken = new ArrayDeque<>();
    int whole = wholeRecords();
    hungry = whole == 0 && !queue.isEmpty();
    long bytes = 0;
    long rows = 0;
    while (taken.size() < whole && rows < limits.groupRows() && bytes < limits.groupBytes()) {
      do {
        ConsumerRecord<byte[], byte[]> next = queue.remove();
        taken.add(next);
        bytes += sizeOf(next);
        rows += Parts.rows(next);
      } while (!Parts.endsValue(taken.getLast()));
    }
    queuedBytes -= bytes;
    ConsumerRecord<byte[], byte[]> first = queue.peek();
    long next = first == null ? position : taken.isEmpty() ? applied : taken.getLast().offset() + 1;
    takenTo = next;
    return new Taken(taken, taken.size(), next, bytes, taken.size() < whole);
  }

  /** How many queued records there are up to the last that ends a value. */
  private int wholeRecords() {
    int count = 0;
    int whole = 0;
    for (ConsumerRecord<byte[], byte[]> each : queue) {
      count++;
      if (Parts.endsValue(each)) {
        whole = count;
      }
    }
    return whole;
  }

  synchronized boolean hasRecords() {
    return phase == Phase.READ && !queue.isEmpty();
  }

  /** Worker: whether the position moved beyond {@code offset} with nothing left to apply. */
  synchronized boolean movedBeyond(long offset) {
    return phase == Phase.READ && queue.isEmpty() && position > offset;
  }

  /** Worker: what the destination holds now. */
  synchronized void applied(long offset) {
    applied = offset;
  }

  /** Loop: the offset to tell Kafka, once there is one. */
  synchronized OptionalLong appliedOffset() {
    return applied < 0 ? OptionalLong.empty() : OptionalLong.of(applied);
  }

  /**
   * Loop: how many offsets before {@code end} are not applied; none before the first claim. What
   * lies behind the last record, a transaction's marker, needs no applying.
   */
  synchronized OptionalLong behind(long end) {
    if (applied < 0) {
      return OptionalLong.empty();
    }
    boolean idle = phase == Phase.READ && queue.isEmpty() && applied >= takenTo;
    long done = idle ? Math.max(applied, position) : applied;
    return OptionalLong.of(Math.max(0, end - done));
  }

  /** Until its headers are read, a record holds on to the whole buffer that it was fetched in. */
  private static void detach(ConsumerRecord<byte[], byte[]> each) {
    for (Header header : each.headers()) {
      var _ = header.key();
      var _ = header.value();
    }
  }

  private static long sizeOf(ConsumerRecord<byte[], byte[]> each) {
    return Math.max(each.serializedValueSize(), 0) + 256L;
  }
}
