/**
 * What guest modules cost: compiling, instances, calls and bytes.
 *
 * <p>No Kafka here; the topology has a benchmark of its own.
 */
@NullMarked
package io.rapidbyte.benchmarks.guest;

import org.jspecify.annotations.NullMarked;
