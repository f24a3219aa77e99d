/**
 * Power loss for a JVM's files: an agent notes what each fsync has made durable, and what was not
 * is cut off after the process has been killed. A plain kill -9 loses nothing that was written, for
 * the operating system still has it; this takes it away as well.
 */
@NullMarked
package io.rapidbyte.testkit.power;

import org.jspecify.annotations.NullMarked;
