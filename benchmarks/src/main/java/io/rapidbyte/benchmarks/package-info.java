/**
 * Whole-pipeline benchmarks beside peers, and JMH. Timings live here, never in assertions of tests.
 *
 * <p>What is compared runs in one process tree, in turn, from the same table.
 */
@NullMarked
package io.rapidbyte.benchmarks;

import org.jspecify.annotations.NullMarked;
