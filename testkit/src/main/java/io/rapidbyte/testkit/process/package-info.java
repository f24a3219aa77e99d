/**
 * Processes of their own, so that they can really be killed.
 *
 * <p>Every child ends with its parent.
 */
@NullMarked
package io.rapidbyte.testkit.process;

import org.jspecify.annotations.NullMarked;
