/**
 * The transforms that everybody needs, in Java over Arrow: project, rename, cast, filter, mask,
 * add. Pure.
 */
@NullMarked
package io.rapidbyte.processor.builtin;

import org.jspecify.annotations.NullMarked;
