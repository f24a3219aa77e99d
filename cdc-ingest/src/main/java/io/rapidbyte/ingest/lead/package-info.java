/** Who may ingest: one holder of a Postgres advisory lock per pipeline. */
@NullMarked
package io.rapidbyte.ingest.lead;

import org.jspecify.annotations.NullMarked;
