package io.rapidbyte.testkit.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardTest {
  @Test
  void eachTestIsInOneShard() {
    List<Long> sizes =
        IntStream.rangeClosed(1, 4)
            .mapToObj(
                part ->
                    IntStream.range(0, 400)
                        .filter(test -> Shard.takes(part + "/4", "test " + test))
                        .count())
            .toList();
    assertThat(sizes.stream().mapToLong(Long::longValue).sum()).isEqualTo(400);
    assertThat(sizes).allMatch(size -> size > 60);
  }

  @Test
  void whatIsNoShardIsRefused() {
    assertThatThrownBy(() -> Shard.takes("5/4", "test")).hasMessageContaining("5/4");
  }
}
