/**
 * Real components, started for a test or for the demo, and helpers for tests.
 *
 * <p>Postgres, Kafka, forked processes, faults, oracles. Oracles share no code with the pipeline
 * they judge. Nothing here knows ingest or sink.
 */
@NullMarked
package io.rapidbyte.testkit;

import org.jspecify.annotations.NullMarked;
