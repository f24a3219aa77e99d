/**
 * The demo: a shop in an embedded Postgres, changed while you watch, replicated into DuckDB, and
 * compared at the end.
 *
 * <p>The pipeline is the real one; only its surroundings are made here.
 */
@NullMarked
package io.rapidbyte.app.demo;

import org.jspecify.annotations.NullMarked;
