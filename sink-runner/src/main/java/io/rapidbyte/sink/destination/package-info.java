/**
 * The port to a destination: its contract and the values that cross it.
 *
 * <p>{@link io.rapidbyte.sink.destination.Destination} is the contract, in prose; the conformance
 * kit asks it of every destination. No Kafka and no JDBC here; the host knows the first, a
 * destination's own package the second.
 */
@NullMarked
package io.rapidbyte.sink.destination;

import org.jspecify.annotations.NullMarked;
