/**
 * The command {@code rapidbyte}
 *
 * <p>wires the rooms, shows them, and ends with an exit code.:Nothing below imports this room.
 */
@NullMarked
package io.rapidbyte.app;

import org.jspecify.annotations.NullMarked;
