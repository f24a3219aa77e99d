/**
 * The Postgres destination: binary COPY into a temporary stage or straight into the table, then set
 * statements, in one transaction with the bookkeeping.
 *
 * <p>Pure: {@link io.rapidbyte.sink.postgres.KeyIndex}, {@link
 * io.rapidbyte.sink.postgres.Reduction}, {@link io.rapidbyte.sink.postgres.TableSql}, {@link
 * io.rapidbyte.sink.postgres.TablePlan}, {@link io.rapidbyte.sink.postgres.SqlErrors}. The rest
 * talks to Postgres through pgjdbc. No Kafka here.
 */
@NullMarked
package io.rapidbyte.sink.postgres;

import org.jspecify.annotations.NullMarked;
