/** Tests of the other engine's parts. */
@NullMarked
package io.rapidbyte.ingest.debezium;

import org.jspecify.annotations.NullMarked;
