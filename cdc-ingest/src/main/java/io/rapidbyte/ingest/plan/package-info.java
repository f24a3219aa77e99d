/**
 * What this run reads: its streams, as the catalog and pipeline.yaml together make them. Records
 * only.
 */
@NullMarked
package io.rapidbyte.ingest.plan;

import org.jspecify.annotations.NullMarked;
