/**
 * The DuckDB destination: Arrow in, SQL over sets, one file owned by one process.
 *
 * <p>{@code *Sql} classes write statements and know no connection; the rest runs them.
 */
@NullMarked
package io.rapidbyte.sink.duckdb;

import org.jspecify.annotations.NullMarked;
