/**
 * Into Kafka: parcels, the progress they carry, the transactional producer and the topics. Only the
 * send thread touches the producer.
 */
@NullMarked
package io.rapidbyte.ingest.commit;

import org.jspecify.annotations.NullMarked;
