/**
 * Destinations alone: groups of changes made beforehand, applied and timed. No Kafka, no decoding.
 */
@NullMarked
package io.rapidbyte.benchmarks.apply;

import org.jspecify.annotations.NullMarked;
