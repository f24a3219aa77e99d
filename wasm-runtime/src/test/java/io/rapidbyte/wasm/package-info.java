/** Guests at work: well-behaved ones, and hostile ones that must be contained. */
@NullMarked
package io.rapidbyte.wasm;

import org.jspecify.annotations.NullMarked;
