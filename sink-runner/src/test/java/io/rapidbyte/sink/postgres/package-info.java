/** Tests of the Postgres destination, against real servers. */
@NullMarked
package io.rapidbyte.sink.postgres;

import org.jspecify.annotations.NullMarked;
