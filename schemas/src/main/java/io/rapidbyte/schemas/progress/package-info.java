/**
 * What ingest has made durable, as it stands in the progress topic.
 *
 * <p>Written in the Kafka transaction of the data it speaks of.
 */
@NullMarked
package io.rapidbyte.schemas.progress;

import org.jspecify.annotations.NullMarked;
