/** Row conditions that ingest evaluates itself because the publication cannot. Pure. */
@NullMarked
package io.rapidbyte.ingest.filter;

import org.jspecify.annotations.NullMarked;
