/**
 * One pipeline in this process, with all that belongs to it: broker, roles, HTTP, what others of
 * its home need to find it.
 *
 * <p>The only place that wires.
 */
@NullMarked
package io.rapidbyte.app.run;

import org.jspecify.annotations.NullMarked;
