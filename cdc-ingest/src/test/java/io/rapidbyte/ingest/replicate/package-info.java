/** What of the replication is decided without a server. */
@NullMarked
package io.rapidbyte.ingest.replicate;

import org.jspecify.annotations.NullMarked;
