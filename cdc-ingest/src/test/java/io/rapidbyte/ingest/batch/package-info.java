/** Tests of batches under construction. */
@NullMarked
package io.rapidbyte.ingest.batch;

import org.jspecify.annotations.NullMarked;
