/**
 * Postgres types, their Arrow form, and the codec between both.
 *
 * <p>One codec serves COPY and pgoutput, binary and text. No IO.
 */
@NullMarked
package io.rapidbyte.schemas.type;

import org.jspecify.annotations.NullMarked;
