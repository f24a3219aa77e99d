/** What is refused at load, and what the refusal says. */
@NullMarked
package io.rapidbyte.wasm.module;

import org.jspecify.annotations.NullMarked;
