/**
 * The one shape of every failure.
 *
 * <p>A fault is data: category and code decide what happens, never the message's text.
 */
@NullMarked
package io.rapidbyte.schemas.error;

import org.jspecify.annotations.NullMarked;
