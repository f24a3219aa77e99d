/** A room. */
@NullMarked
package io.rapidbyte.benchmarks;

import org.jspecify.annotations.NullMarked;
