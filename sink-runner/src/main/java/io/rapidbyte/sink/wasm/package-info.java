/**
 * A WASM module as a destination: the life of a delivery in the guest ABI, behind the host's port.
 * What it cannot remember itself stands in {@link io.rapidbyte.sink.books}.
 */
@NullMarked
package io.rapidbyte.sink.wasm;

import org.jspecify.annotations.NullMarked;
