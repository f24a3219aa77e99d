/**
 * Real Kafka brokers, started for a test, the demo, or a home without a Kafka of its own.
 *
 * <p>They listen on loopback.
 */
@NullMarked
package io.rapidbyte.testkit.kafka;

import org.jspecify.annotations.NullMarked;
