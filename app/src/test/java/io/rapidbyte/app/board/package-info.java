/** Tests of the package of that name. */
@NullMarked
package io.rapidbyte.app.board;

import org.jspecify.annotations.NullMarked;
