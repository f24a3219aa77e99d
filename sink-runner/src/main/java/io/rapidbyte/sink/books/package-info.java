/**
 * What is remembered of a destination that cannot remember it itself: offsets, fences, marks and
 * letters, in a compacted topic. The same promises as a destination's own bookkeeping tables, but
 * that nothing of it shares a transaction with the data.
 */
@NullMarked
package io.rapidbyte.sink.books;

import org.jspecify.annotations.NullMarked;
