/**
 * {@code engine: debezium}: the task of Debezium's Postgres connector, fed from our replication
 * stream. What it makes of rows goes where our own decoder's rows go. It never sees the slot: it
 * creates, confirms and skips nothing. Nothing outside of this room knows Debezium or Kafka
 * Connect.
 */
@NullMarked
package io.rapidbyte.ingest.debezium;

import org.jspecify.annotations.NullMarked;
