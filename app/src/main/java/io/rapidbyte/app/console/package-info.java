/**
 * Where a command prints, how failures look and which exit code they have.
 *
 * <p>No command's own words.
 */
@NullMarked
package io.rapidbyte.app.console;

import org.jspecify.annotations.NullMarked;
