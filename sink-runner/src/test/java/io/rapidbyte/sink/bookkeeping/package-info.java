/** Tests of the bookkeeping. */
@NullMarked
package io.rapidbyte.sink.bookkeeping;

import org.jspecify.annotations.NullMarked;
