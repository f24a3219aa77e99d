/** What the host and a destination's books both need of Kafka's clients. */
@NullMarked
package io.rapidbyte.sink.kafka;

import org.jspecify.annotations.NullMarked;
