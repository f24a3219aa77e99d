/**
 * One Kafka Streams application a stream: its topic through its chain of transforms to the
 * processed topic, its routes and the dead letters, in one Kafka transaction with the offset and
 * whatever is remembered.
 *
 * <p>What becomes of rows is decided in {@code rows}; here are topics, records and their order.
 */
@NullMarked
package io.rapidbyte.processor.stream;

import org.jspecify.annotations.NullMarked;
