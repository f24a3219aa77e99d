/** A room. */
@NullMarked
package io.rapidbyte.testkit;

import org.jspecify.annotations.NullMarked;
