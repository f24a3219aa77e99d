/**
 * From rows to records: Arrow vectors, schema changes, parts, dead letters. Knows bytes and Arrow,
 * no connection and no producer.
 */
@NullMarked
package io.rapidbyte.ingest.batch;

import org.jspecify.annotations.NullMarked;
