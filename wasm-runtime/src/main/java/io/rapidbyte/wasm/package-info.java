/**
 * Runs guest modules: compiled WebAssembly under limits, one call a batch, Arrow bytes in and out.
 *
 * <p>Knows Arrow bytes, not Kafka. A guest's fault never leaves this room as anything but an {@link
 * io.rapidbyte.wasm.Outcome}.
 */
@NullMarked
package io.rapidbyte.wasm;

import org.jspecify.annotations.NullMarked;
