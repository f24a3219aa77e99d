package io.rapidbyte.sink.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class LaneTest {
  private static final long MIB = 1024 * 1024;

  private static final HostLimits LIMITS = HostLimits.of(64 * MIB);

  private final TopicPartition partition = new TopicPartition("shop.public.orders", 0);
  private final Lane lane = new Lane(partition, MIB, 0);

  @Test
  void nothingIsBehindWhereOnlyAMarkerFollowsTheLastRecordApplied() {
    claimed(0);
    lane.offer(List.of(record(0)), 1);
    assertThat(lane.behind(2)).as("queued").hasValue(2);
    lane.take(LIMITS);
    assertThat(lane.behind(2)).as("being applied").hasValue(2);
    lane.applied(1);
    assertThat(lane.behind(2)).as("the marker was not polled yet").hasValue(1);
    lane.offer(List.of(), 2);
    assertThat(lane.behind(2)).as("the marker was passed").hasValue(0);
  }

  @Test
  void allIsBehindAgainThatAResetForgets() {
    claimed(0);
    lane.offer(List.of(record(0), record(1)), 3);
    lane.take(LIMITS);
    lane.reset(0);
    assertThat(lane.behind(3)).hasValue(3);
    claimed(1);
    assertThat(lane.behind(3)).hasValue(2);
  }

  @Test
  void nothingIsToldBeforeTheFirstClaim() {
    assertThat(lane.behind(7)).isEmpty();
  }

  private void claimed(long offset) {
    lane.claimed(offset);
    lane.sought();
  }

  private ConsumerRecord<byte[], byte[]> record(long offset) {
    return new ConsumerRecord<>(partition.topic(), 0, offset, new byte[0], new byte[8]);
  }
}
