/**
 * Real Postgres servers, started for a test or for the demo.
 *
 * <p>They listen on loopback, on free ports, and end with the process that started them.
 */
@NullMarked
package io.rapidbyte.testkit.postgres;

import org.jspecify.annotations.NullMarked;
