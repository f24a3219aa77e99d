/** Tests of the package of that name. */
@NullMarked
package io.rapidbyte.ingest.catalog;

import org.jspecify.annotations.NullMarked;
