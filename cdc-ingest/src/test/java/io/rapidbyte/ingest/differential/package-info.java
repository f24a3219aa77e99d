/**
 * The native source held against another reader of the same log: Debezium's connector. One seeded
 * workload is written once, both read it, and every change and every value is compared. Where they
 * differ, Postgres's own text of the value is the judge.
 *
 * <p>Nothing here uses the codec under test: Arrow is read by Arrow's own reader, and values are
 * printed by code of this package.
 */
@NullMarked
package io.rapidbyte.ingest.differential;

import org.jspecify.annotations.NullMarked;
