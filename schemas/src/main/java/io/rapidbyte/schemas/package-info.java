/**
 * The vocabulary of Rapidbyte: what every part says to every other.
 *
 * <p>Pure: nothing here does IO, starts a thread or reads a clock. What needs one of those lives in
 * a room above. The packages: {@code position} (where a change stands in the log), {@code stream}
 * (what a table looks like), {@code type} (Postgres ⇄ Arrow), {@code batch} (the record on the
 * wire), {@code topic} (names in Kafka), {@code progress} (what ingest has made durable), {@code
 * spec} (pipeline.yaml), {@code error} (every failure).
 */
@NullMarked
package io.rapidbyte.schemas;

import org.jspecify.annotations.NullMarked;
