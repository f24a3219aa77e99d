package io.rapidbyte.ingest.guard;

import io.rapidbyte.schemas.spec.SourceSpec.SlotAction;
import io.rapidbyte.schemas.spec.SourceSpec.SlotGuardSpec;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to make of a slot's readings, one after the other: whether somebody must be told, how long
 * the slot will last if nothing changes, and whether it is to be given up. Pure; one thread.
 *
 * <p>The forecast takes the log's growth as it was lately, each reading weighing a quarter.
 */
public final class SlotGuard {
  private static final double WEIGHT = 0.25;
  private static final double MIB = 1024.0 * 1024;
  private static final Duration SOON = Duration.ofHours(6);

  private final String slot;
  private final SlotGuardSpec spec;
  private @Nullable SlotReading last;
  private long lastNanos;
  private double bytesPerSecond = -1;
  private Level told = Level.WELL;
  private @Nullable Duration toldLeft;

  /** A guard that has seen nothing. */
  public SlotGuard(String slot, SlotGuardSpec spec) {
    this.slot = slot;
    this.spec = spec;
  }

  /** How the slot is, from best to worst. */
  public enum Level {
    /** Below the warning, and nothing in sight that would invalidate it. */
    WELL,
    /** Above the warning, or to be invalidated within hours. */
    WARNING,
    /** The server may remove its log at any moment. */
    CRITICAL,
    /** Its log is gone. */
    LOST
  }

  /**
   * A verdict.
   *
   * @param left until the slot is invalidated, where that can be foreseen
   * @param message to be told now; empty where it was told already
   * @param giveUp whether the slot is to be dropped, so that the source may go on
   */
  public record Verdict(
      Level level, Optional<Duration> left, Optional<String> message, boolean giveUp) {}

  /**
   * Judges a reading.
   *
   * @param nanos a monotonic clock's, at the reading
   */
  public Verdict judge(SlotReading reading, long nanos) {
    grow(reading, nanos);
    Optional<Duration> left = left(reading);
    Level level = level(reading, left);
    boolean giveUp =
        spec.action() == SlotAction.DROP && reading.retainedBytes() >= spec.dropBytes();
    boolean worse = level.compareTo(told) > 0;
    boolean halved =
        level != Level.WELL
            && left.isPresent()
            && (toldLeft == null || left.get().multipliedBy(2).compareTo(toldLeft) < 0);
    Optional<String> message = Optional.empty();
    if (worse || halved || giveUp) {
      message = Optional.of(message(reading, left, giveUp));
      toldLeft = left.orElse(null);
    }
    told = level;
    if (level == Level.WELL) {
      toldLeft = null;
    }
    return new Verdict(level, left, message, giveUp);
  }

  private void grow(SlotReading reading, long nanos) {
    SlotReading before = last;
    if (before != null && nanos > lastNanos) {
      double rate = (reading.walPosition() - before.walPosition()) / ((nanos - lastNanos) / 1e9);
      bytesPerSecond =
          bytesPerSecond < 0 ? rate : bytesPerSecond + WEIGHT * (rate - bytesPerSecond);
    }
    last = reading;
    lastNanos = nanos;
  }

  private Optional<Duration> left(SlotReading reading) {
    Optional<Duration> bySize = Optional.empty();
    if (reading.safeBytes().isPresent() && bytesPerSecond > 1) {
      double seconds = Math.max(0, reading.safeBytes().getAsLong()) / bytesPerSecond;
      bySize = Optional.of(Duration.ofSeconds((long) seconds));
    }
    return Stream.of(bySize, reading.idleLeft()).flatMap(Optional::stream).min(Duration::compareTo);
  }

  private Level level(SlotReading reading, Optional<Duration> left) {
    if (reading.isLost()) {
      return Level.LOST;
    }
    if (reading.status().equals("unreserved")) {
      return Level.CRITICAL;
    }
    boolean much = reading.retainedBytes() >= spec.warnBytes();
    // While it keeps little, the distance to the limit tells of the limit, not of a slot behind.
    boolean soon =
        left.isPresent()
            && left.get().compareTo(SOON) < 0
            && (reading.idleLeft().isPresent() || reading.status().equals("extended"));
    return much || soon ? Level.WARNING : Level.WELL;
  }

  private String message(SlotReading reading, Optional<Duration> left, boolean giveUp) {
    StringBuilder text = new StringBuilder("slot ").append(slot);
    if (reading.isLost()) {
      return text.append(" is invalidated: the source has removed log that it needed").toString();
    }
    text.append(
        String.format(
            Locale.ROOT, " makes the source keep %,.0f MiB of log", reading.retainedBytes() / MIB));
    left.ifPresent(
        duration -> text.append("; it will be invalidated in about ").append(words(duration)));
    if (giveUp) {
      text.append("; it is dropped now, as slot_guard says");
    } else if (spec.action() == SlotAction.DROP) {
      text.append(
          String.format(Locale.ROOT, "; at %,.0f MiB it will be dropped", spec.dropBytes() / MIB));
    }
    return text.toString();
  }

  private static String words(Duration duration) {
    if (duration.toDays() > 1) {
      return duration.toDays() + " days";
    }
    if (duration.toHours() > 1) {
      return duration.toHours() + " hours";
    }
    return duration.toMinutes() > 1
        ? duration.toMinutes() + " minutes"
        : duration.toSeconds() + " seconds";
  }
}
