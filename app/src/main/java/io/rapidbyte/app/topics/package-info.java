/**
 * Reads a pipeline's topics from outside: what {@code status} and {@code tail} know of a pipeline
 * whether it runs or not; and writes commands to it.
 */
@NullMarked
package io.rapidbyte.app.topics;

import org.jspecify.annotations.NullMarked;
