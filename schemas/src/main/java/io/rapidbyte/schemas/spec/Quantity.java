package io.rapidbyte.schemas.spec;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them. */
public final class Quantity {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*([a-zA-Z]+)");
  private static final long MIB = 1024L * 1024;

  private Quantity() {}

  /** {@code 7d}, {@code 12h}, {@code 1m}, {@code 30s}, {@code 500ms}. */
  public static Optional<Duration> duration(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Optional.of(Duration.ofMillis(amount));
      case "s" -> Optional.of(Duration.ofSeconds(amount));
      case "m" -> Optional.of(Duration.ofMinutes(amount));
      case "h" -> Optional.of(Duration.ofHours(amount));
      case "d" -> Optional.of(Duration.ofDays(amount));
      default -> Optional.empty();
    };
  }

  /** {@code 512kb}, {@code 64mb}, {@code 1gib}; the units are binary, with or without the i. */
  public static Optional<Long> bytes(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
      case "b" -> Optional.of(amount);
      case "k", "kb", "kib" -> times(amount, 1024);
      case "m", "mb", "mib" -> times(amount, MIB);
      case "g", "gb", "gib" -> times(amount, 1024 * MIB);
      default -> Optional.empty();
    };
  }

  private static Optional<Long> times(long amount, long unit) {
    return amount > Long.MAX_VALUE / unit ? Optional.empty() : Optional.of(amount * unit);
  }
}
