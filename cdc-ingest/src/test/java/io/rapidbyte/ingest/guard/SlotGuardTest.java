package io.rapidbyte.ingest.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.guard.SlotGuard.Level;
import io.rapidbyte.ingest.guard.SlotGuard.Verdict;
import io.rapidbyte.schemas.spec.SourceSpec.SlotAction;
import io.rapidbyte.schemas.spec.SourceSpec.SlotGuardSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class SlotGuardTest {
  private static final long MIB = 1024L * 1024;
  private static final long SECOND = 1_000_000_000L;

  private static SlotReading reading(long position, long retained) {
    return new SlotReading(position, retained, OptionalLong.empty(), "reserved", Optional.empty());
  }

  private static SlotReading limited(long position, long retained, long safe) {
    return new SlotReading(position, retained, OptionalLong.of(safe), "extended", Optional.empty());
  }

  private static SlotGuard guard(SlotAction action) {
    return new SlotGuard("s", new SlotGuardSpec(100 * MIB, action));
  }

  @Test
  void warnsOnceWhereTheSlotKeepsMoreThanItMay() {
    SlotGuard guard = guard(SlotAction.ALERT);
    assertThat(guard.judge(reading(0, 99 * MIB), 0).message()).isEmpty();
    Verdict above = guard.judge(reading(MIB, 100 * MIB), SECOND);
    assertThat(above.level()).isEqualTo(Level.WARNING);
    assertThat(above.message()).contains("slot s makes the source keep 100 MiB of log");
    assertThat(guard.judge(reading(2 * MIB, 101 * MIB), 2 * SECOND).message()).isEmpty();
    assertThat(guard.judge(reading(2 * MIB, 9 * MIB), 3 * SECOND).level()).isEqualTo(Level.WELL);
    assertThat(guard.judge(reading(3 * MIB, 100 * MIB), 4 * SECOND).message()).isPresent();
  }

  @Test
  void foreseesTheEndByTheLogsGrowthAndTellsAgainWhenHalfOfItHasPassed() {
    SlotGuard guard = guard(SlotAction.ALERT);
    guard.judge(limited(0, 10 * MIB, 600 * MIB), 0);
    Verdict first = guard.judge(limited(MIB, 11 * MIB, 600 * MIB), SECOND);
    assertThat(first.left()).contains(Duration.ofMinutes(10));
    assertThat(first.message().orElseThrow()).endsWith("invalidated in about 10 minutes");
    assertThat(guard.judge(limited(2 * MIB, 12 * MIB, 400 * MIB), 2 * SECOND).message()).isEmpty();
    assertThat(guard.judge(limited(3 * MIB, 13 * MIB, 299 * MIB), 3 * SECOND).message())
        .isPresent();
  }

  @Test
  void foreseesTheEndOfAnIdleSlot() {
    SlotReading idle =
        new SlotReading(
            0, 0, OptionalLong.empty(), "reserved", Optional.of(Duration.ofMinutes(90)));
    Verdict verdict = guard(SlotAction.ALERT).judge(idle, 0);
    assertThat(verdict.level()).isEqualTo(Level.WARNING);
    assertThat(verdict.message().orElseThrow()).endsWith("in about 90 minutes");
  }

  @Test
  void givesUpAtTwiceTheWarningWhereItWasToldTo() {
    assertThat(guard(SlotAction.ALERT).judge(reading(0, 500 * MIB), 0).giveUp()).isFalse();
    SlotGuard guard = guard(SlotAction.DROP);
    Verdict warning = guard.judge(reading(0, 199 * MIB), 0);
    assertThat(warning.giveUp()).isFalse();
    assertThat(warning.message().orElseThrow()).endsWith("at 200 MiB it will be dropped");
    assertThat(guard.judge(reading(0, 200 * MIB), SECOND).giveUp()).isTrue();
  }

  @Test
  void tellsThatTheSlotIsLost() {
    SlotReading lost = new SlotReading(0, 0, OptionalLong.empty(), "lost", Optional.empty());
    Verdict verdict = guard(SlotAction.ALERT).judge(lost, 0);
    assertThat(verdict.level()).isEqualTo(Level.LOST);
    assertThat(verdict.message().orElseThrow()).contains("invalidated");
  }
}
