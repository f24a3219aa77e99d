/**
 * Keeps a pipeline's roles running: each on a thread of its own, restarted after passing faults,
 * stopped together and in time.
 *
 * <p>What a role does is its room's.
 */
@NullMarked
package io.rapidbyte.app.supervise;

import org.jspecify.annotations.NullMarked;
