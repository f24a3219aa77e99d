/**
 * A door to the network that opens for granted origins and addresses only.
 *
 * <p>Nothing else in this room opens a connection.
 */
@NullMarked
package io.rapidbyte.wasm.http;

import org.jspecify.annotations.NullMarked;
