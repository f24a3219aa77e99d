/** Compiled code that is kept, and what is never run. */
@NullMarked
package io.rapidbyte.wasm.compile;

import org.jspecify.annotations.NullMarked;
