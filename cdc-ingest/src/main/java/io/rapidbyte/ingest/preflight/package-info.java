/**
 * What must be true of a source before a pipeline streams, each failure with the SQL that mends it.
 *
 * <p>Only reads: nothing is created, altered or locked.
 */
@NullMarked
package io.rapidbyte.ingest.preflight;

import org.jspecify.annotations.NullMarked;
