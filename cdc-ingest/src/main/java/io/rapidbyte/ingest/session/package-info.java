/** Connections to Postgres, and what their failures mean. */
@NullMarked
package io.rapidbyte.ingest.session;

import org.jspecify.annotations.NullMarked;
