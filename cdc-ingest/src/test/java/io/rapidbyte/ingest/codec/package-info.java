/** The codec against a real Postgres: each type and edge value, binary and text, there and back. */
@NullMarked
package io.rapidbyte.ingest.codec;

import org.jspecify.annotations.NullMarked;
