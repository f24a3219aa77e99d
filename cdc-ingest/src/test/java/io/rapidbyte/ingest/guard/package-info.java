/** Tests of the slot's guard. */
@NullMarked
package io.rapidbyte.ingest.guard;

import org.jspecify.annotations.NullMarked;
