/** Tests of the package of that name. */
@NullMarked
package io.rapidbyte.ingest.filter;

import org.jspecify.annotations.NullMarked;
