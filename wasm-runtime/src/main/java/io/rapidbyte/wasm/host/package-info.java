/**
 * What a guest may call: the functions of ABI v1 and the part of WASI that needs no outside. Every
 * number that a guest hands over is checked here.
 *
 * <p>Nothing here trusts a guest.
 */
@NullMarked
package io.rapidbyte.wasm.host;

import org.jspecify.annotations.NullMarked;
