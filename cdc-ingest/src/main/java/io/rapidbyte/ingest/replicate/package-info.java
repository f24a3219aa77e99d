/**
 * The log: slot, replication connection, its feedback, and the loop that turns messages into
 * parcels.
 */
@NullMarked
package io.rapidbyte.ingest.replicate;

import org.jspecify.annotations.NullMarked;
