/**
 * A pipeline.yaml on the disk and the process's environment, as a spec.
 *
 * <p>What a key means is the vocabulary's; here is only IO.
 */
@NullMarked
package io.rapidbyte.app.spec;

import org.jspecify.annotations.NullMarked;
