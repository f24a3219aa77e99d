/** The door to the network, and who is not let through. */
@NullMarked
package io.rapidbyte.wasm.http;

import org.jspecify.annotations.NullMarked;
