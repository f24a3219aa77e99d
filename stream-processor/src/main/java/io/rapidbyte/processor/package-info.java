/** A room. */
@NullMarked
package io.rapidbyte.processor;

import org.jspecify.annotations.NullMarked;
