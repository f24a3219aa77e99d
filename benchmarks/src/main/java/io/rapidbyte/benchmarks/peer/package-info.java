/**
 * Other systems at the same work, each in a JVM of its own, configured as its own documentation
 * says.
 *
 * <p>Nothing of ours runs in a peer's process but the line that counts its rows.
 */
@NullMarked
package io.rapidbyte.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
