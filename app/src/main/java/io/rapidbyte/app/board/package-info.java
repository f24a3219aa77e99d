/**
 * What a process knows of its pipeline at a moment: counts, positions, faults.
 *
 * <p>State only: the rooms' observers write it, views, metrics and HTTP read it. No IO, no clock.
 */
@NullMarked
package io.rapidbyte.app.board;

import org.jspecify.annotations.NullMarked;
