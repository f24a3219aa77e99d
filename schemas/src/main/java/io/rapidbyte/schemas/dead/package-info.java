/**
 * Dead letters: the rows that somebody refused, as documents that people can read.
 *
 * <p>Their identity and form are defined here, for every stage alike.
 */
@NullMarked
package io.rapidbyte.schemas.dead;

import org.jspecify.annotations.NullMarked;
