package io.rapidbyte.wasm.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class WatchedDoorTest {
  @Test
  void knowsWhetherACallWasEndedWhileItWaited() throws Exception {
    AtomicReference<Duration> given = new AtomicReference<>(Duration.ZERO);
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    WatchedDoor door =
        new WatchedDoor(
            (request, time) -> {
              given.set(time);
              meanwhile.get().run();
              return request;
            });
    meanwhile.set(door::abort);
    door.begin();
    assertThat(door.exchange(new byte[] {1}, Duration.ofSeconds(5))).hasSize(1);
    assertThat(door.wasCut()).isTrue();
    assertThat(given.get()).isEqualTo(Duration.ofSeconds(4));

    meanwhile.set(() -> {});
    door.begin();
    assertThat(door.exchange(new byte[] {1}, Duration.ofSeconds(5))).hasSize(1);
    door.abort();
    assertThat(door.wasCut()).isFalse();
  }
}
