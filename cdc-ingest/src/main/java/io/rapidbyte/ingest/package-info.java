/**
 * Sources. Turns changes of a Postgres into batches and commits them with their progress.
 *
 * <p>Pure cores (decode, plan, filter) know no IO; the edges (replication connection, producer) are
 * thin.
 */
@NullMarked
package io.rapidbyte.ingest;

import org.jspecify.annotations.NullMarked;
