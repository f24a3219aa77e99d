/**
 * Watches the log that our slot makes the source keep: warns before the source runs out of patience
 * or disk, and gives the slot up where the pipeline says so.
 *
 * <p>Nothing here streams; {@link io.rapidbyte.ingest.guard.SlotGuard} decides without IO.
 */
@NullMarked
package io.rapidbyte.ingest.guard;

import org.jspecify.annotations.NullMarked;
