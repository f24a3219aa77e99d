/** The consumer host, with a real broker, real files and forced failures. */
@NullMarked
package io.rapidbyte.sink.host;

import org.jspecify.annotations.NullMarked;
