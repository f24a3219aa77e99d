/** A room. */
@NullMarked
package io.rapidbyte.app;

import org.jspecify.annotations.NullMarked;
