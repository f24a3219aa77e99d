/**
 * From a topic to a destination or its dead letters.
 *
 * <p>Rooms for each native destination; they meet the host at {@code destination}.
 */
@NullMarked
package io.rapidbyte.sink;

import org.jspecify.annotations.NullMarked;
