/**
 * What a module is before it runs: its bytes, digest, manifest, imports and exports; what is
 * refused and why.
 *
 * <p>No execution happens here.
 */
@NullMarked
package io.rapidbyte.wasm.module;

import org.jspecify.annotations.NullMarked;
