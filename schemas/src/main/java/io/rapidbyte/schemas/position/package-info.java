/**
 * Where a change stands in Postgres's log.
 *
 * <p>Positions are compared, printed and parsed here, and nowhere else.
 */
@NullMarked
package io.rapidbyte.schemas.position;

import org.jspecify.annotations.NullMarked;
