/** Sizes that must pass through a small worker: giant transactions, giant rows. */
@org.jspecify.annotations.NullMarked
package io.rapidbyte.app.large;
