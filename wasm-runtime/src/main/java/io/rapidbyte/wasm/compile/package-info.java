/**
 * Modules compiled to bytecode, kept in memory and on disk by digest.
 *
 * <p>A file on disk is code: it runs only where this installation has written it.
 */
@NullMarked
package io.rapidbyte.wasm.compile;

import org.jspecify.annotations.NullMarked;
