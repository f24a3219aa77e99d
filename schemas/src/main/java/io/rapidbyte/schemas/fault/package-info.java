/**
 * Places where a test may end or stall the process.
 *
 * <p>Inert unless the process was started with the system property {@code fp}.
 */
@NullMarked
package io.rapidbyte.schemas.fault;

import org.jspecify.annotations.NullMarked;
