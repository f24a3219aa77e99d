/**
 * Stream topic through transforms to the processed topic or the dead letters, as Kafka Streams.
 *
 * <p>{@code rows} has the rules, {@code builtin} the transforms that everybody needs; both pure.
 */
@NullMarked
package io.rapidbyte.processor;

import org.jspecify.annotations.NullMarked;
