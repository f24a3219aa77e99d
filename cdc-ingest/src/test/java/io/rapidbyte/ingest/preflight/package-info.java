/** Tests of the package of that name. */
@NullMarked
package io.rapidbyte.ingest.preflight;

import org.jspecify.annotations.NullMarked;
