/**
 * pgoutput, protocol version 1, read straight from the message's bytes. Pure: no IO, no state
 * beyond the relations announced.
 */
@NullMarked
package io.rapidbyte.ingest.decode;

import org.jspecify.annotations.NullMarked;
