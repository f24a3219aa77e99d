/**
 * What a replicated table looks like at a moment of the log.
 *
 * <p>No types' bytes (see {@code type}), no catalog queries (see the ingest room).
 */
@NullMarked
package io.rapidbyte.schemas.stream;

import org.jspecify.annotations.NullMarked;
