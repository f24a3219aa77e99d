/**
 * The consumer host: Kafka on one side, a {@link io.rapidbyte.sink.destination.Destination} on the
 * other.
 *
 * <p>Two kinds of threads. The <i>loop</i> (the caller of {@code SinkRunner.run}) owns the Kafka
 * consumer and never waits for a destination; a <i>worker</i> for each stream owns its writer and
 * never touches the consumer. They meet in {@link io.rapidbyte.sink.host.Lane}, one a partition.
 * {@link io.rapidbyte.sink.host.GroupPlan}, {@link io.rapidbyte.sink.host.Bisection} and {@link
 * io.rapidbyte.sink.host.LogCheck} decide and do no IO.
 */
@NullMarked
package io.rapidbyte.sink.host;

import org.jspecify.annotations.NullMarked;
