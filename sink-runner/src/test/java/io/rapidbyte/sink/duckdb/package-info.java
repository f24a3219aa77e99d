/** The DuckDB destination under the conformance kit and its own questions. */
@NullMarked
package io.rapidbyte.sink.duckdb;

import org.jspecify.annotations.NullMarked;
