package io.rapidbyte.processor.rows;

/**
 * How long rows that fail are looked for among those of one batch. When it is spent, what fails is
 * refused as a whole: a batch that ends late is worth more than one that never does.
 */
@FunctionalInterface
public interface Patience {
  /** Without an end: for what fails fast. */
  Patience ENDLESS = () -> false;

  /** Whether it is over. */
  boolean isSpent();
}
