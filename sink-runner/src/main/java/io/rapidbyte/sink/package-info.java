/** A room. */
@NullMarked
package io.rapidbyte.sink;

import org.jspecify.annotations.NullMarked;
