/**
 * The live view: a board as lines, drawn again in place on a terminal, printed now and then
 * elsewhere.
 *
 * <p>Lines are made without IO ({@link io.rapidbyte.app.view.Lines}); {@link
 * io.rapidbyte.app.view.LiveView} shows them.
 */
@NullMarked
package io.rapidbyte.app.view;

import org.jspecify.annotations.NullMarked;
