/**
 * pipeline.yaml as records, valid at birth.
 *
 * <p>Unknown or mistyped keys name their line and the nearest known key. Secrets never print.
 */
@NullMarked
package io.rapidbyte.schemas.spec;

import org.jspecify.annotations.NullMarked;
