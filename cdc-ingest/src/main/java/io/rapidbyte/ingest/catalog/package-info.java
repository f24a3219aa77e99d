/**
 * What the source's catalog says, and what must be true of it before a pipeline streams: tables and
 * their types, the plan of what is published, its reconciliation, preflight, sessions and the
 * meaning of their errors.
 *
 * <p>Plans are pure; readers take an open connection and leave it as they found it. No replication
 * protocol, no rows.
 */
@NullMarked
package io.rapidbyte.ingest.catalog;

import org.jspecify.annotations.NullMarked;
