/**
 * What a destination remembers beside its data: how far each partition is applied and under which
 * fence, letters on their way, stale keys, whose a table is. The same tables and statements in
 * every SQL destination; what differs between databases is a {@link
 * io.rapidbyte.sink.bookkeeping.Dialect}.
 *
 * <p>Nothing here opens, commits or undoes: all of it happens in the caller's transaction.
 */
@NullMarked
package io.rapidbyte.sink.bookkeeping;

import org.jspecify.annotations.NullMarked;
