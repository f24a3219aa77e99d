package io.rapidbyte.testkit;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Runs a property under many seeds; a failure names its seed, {@code -Dseed=} repeats it. */
public final class Seeds {
  private Seeds() {}

  /** A property of whatever a random source makes. */
  @FunctionalInterface
  public interface Property {
    /** Fails by throwing. */
    void holds(RandomGenerator random) throws Exception;
  }

  /**
   * Runs {@code property} under {@code count} seeds, or under the one that {@code -Dseed} names.
   */
  public static void forAll(int count, Property property) {
    String chosen = System.getProperty("seed");
    long first = chosen == null ? 1 : Long.parseLong(chosen);
    int runs = chosen == null ? count : 1;
    for (long seed = first; seed < first + runs; seed++) {
      try {
        property.holds(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("failed with -Dseed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }
}
