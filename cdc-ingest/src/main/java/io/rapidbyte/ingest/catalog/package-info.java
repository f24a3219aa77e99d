/**
 * What the source's catalog says: tables, columns, types, keys, and the streams they make.
 *
 * <p>Readers take an open connection and leave it as they found it. No rows, no replication
 * protocol, no decisions about publications (see {@code publish}).
 */
@NullMarked
package io.rapidbyte.ingest.catalog;

import org.jspecify.annotations.NullMarked;
