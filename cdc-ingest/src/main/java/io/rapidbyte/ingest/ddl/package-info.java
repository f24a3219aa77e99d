/**
 * How the source tells of DDL: event triggers that write a message into the log, and what it says.
 */
@NullMarked
package io.rapidbyte.ingest.ddl;

import org.jspecify.annotations.NullMarked;
