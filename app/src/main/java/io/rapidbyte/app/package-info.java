/**
 * The command {@code rapidbyte}: it wires the other rooms and shows what they do.
 *
 * <p>Here live {@link io.rapidbyte.app.Main} and what a whole process shares: exit codes, logs. No
 * change data passes through this room.
 */
@NullMarked
package io.rapidbyte.app;

import org.jspecify.annotations.NullMarked;
