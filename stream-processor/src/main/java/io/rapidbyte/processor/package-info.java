/**
 * Stream topic through transforms to the processed topic or the dead letters, as Kafka Streams.
 *
 * <p>Nothing stands here yet; a stream without transforms goes from its own topic to the
 * destinations.
 */
@NullMarked
package io.rapidbyte.processor;

import org.jspecify.annotations.NullMarked;
