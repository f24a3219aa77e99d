/**
 * Real components, started for a test or for the demo
 *
 * <p>Postgres, Kafka, forked processes, oracles.:Oracles share no code with the pipeline they
 * judge.
 */
@NullMarked
package io.rapidbyte.testkit;

import org.jspecify.annotations.NullMarked;
