/**
 * Judges of a finished run. They share no code with the pipeline: what both got wrong would not be
 * noticed.
 */
@NullMarked
package io.rapidbyte.testkit.oracle;

import org.jspecify.annotations.NullMarked;
