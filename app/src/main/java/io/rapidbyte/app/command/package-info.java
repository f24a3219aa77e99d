/**
 * The subcommands: what they take, what they print, how they end.
 *
 * <p>Here are words and wiring; what a command does stands in the other packages.
 */
@NullMarked
package io.rapidbyte.app.command;

import org.jspecify.annotations.NullMarked;
