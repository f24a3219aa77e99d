/** Tests of ingest as a whole, on real Postgres and Kafka. */
@NullMarked
package io.rapidbyte.ingest;

import org.jspecify.annotations.NullMarked;
