/** Tests of the package of that name. */
@NullMarked
package io.rapidbyte.ingest.publish;

import org.jspecify.annotations.NullMarked;
