/**
 * The conformance kit: what every destination is asked.
 *
 * <p>A destination's test extends {@link io.rapidbyte.sink.contract.DestinationContract}.
 */
@NullMarked
package io.rapidbyte.sink.contract;

import org.jspecify.annotations.NullMarked;
