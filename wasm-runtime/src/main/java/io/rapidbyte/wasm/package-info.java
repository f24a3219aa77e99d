/** A room. */
@NullMarked
package io.rapidbyte.wasm;

import org.jspecify.annotations.NullMarked;
