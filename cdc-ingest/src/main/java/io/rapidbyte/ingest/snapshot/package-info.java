/**
 * Rows that were there before the log: copied by page ranges under the slot's exported snapshot, or
 * read in key order between two marks of the log while it streams.
 *
 * <p>What is decided (ranges, statements, what becomes of a chunk) is pure and stands beside the
 * threads that act on it. Batches are built in {@code batch}, progress is moved in {@code commit}.
 */
@NullMarked
package io.rapidbyte.ingest.snapshot;

import org.jspecify.annotations.NullMarked;
