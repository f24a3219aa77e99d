/** A room. */
@NullMarked
package io.rapidbyte.ingest;

import org.jspecify.annotations.NullMarked;
