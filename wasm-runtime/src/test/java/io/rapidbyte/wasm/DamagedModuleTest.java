package io.rapidbyte.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.GuestModule;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A module with flipped bytes is refused, or runs and is contained; nothing else happens. */
final class DamagedModuleTest {
  @Test
  void isRefusedOrContained() {
    damage(1, 40);
  }

  @Test
  @Tag("chaos")
  void isRefusedOrContainedAThousandTimes() {
    for (long seed = 2; seed < 12; seed++) {
      damage(seed, 100);
    }
  }

  private static void damage(long seed, int rounds) {
    byte[] whole = Hostile.bytes("hostile.wasm");
    Random random = new Random(seed);
    int ran = 0;
    try (GuestRuntime runtime = new GuestRuntime(Optional.empty())) {
      for (int round = 0; round < rounds; round++) {
        byte[] damaged = whole.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        ran += runs(runtime, damaged) ? 1 : 0;
      }
    }
    assertThat(ran).as("else this test says nothing").isGreaterThan(rounds / 20);
  }

  private static boolean runs(GuestRuntime runtime, byte[] bytes) {
    try {
      GuestModule module = GuestModule.load(bytes, Limits.DEFAULT.moduleBytes());
      GuestSetup setup =
          new GuestSetup(
              module,
              "{}",
              "s",
              Hostile.LIMITS.withCallTime(Duration.ofMillis(100)),
              Hostile.ALL,
              new InMemoryState(),
              HttpDoor.CLOSED);
      try (Guest guest = runtime.guest(setup, GuestObserver.SILENT)) {
        guest.schema(Hostile.BATCH);
        guest.transform(Hostile.META, Hostile.BATCH);
      }
      return true;
    } catch (RapidbyteException e) {
      assertThat(e.error().code()).startsWith("module/");
      return false;
    }
  }
}
