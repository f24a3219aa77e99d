/**
 * The broker inside: one per home, owned by one process, used by all.
 *
 * <p>No pipeline's settings.
 */
@NullMarked
package io.rapidbyte.app.broker;

import org.jspecify.annotations.NullMarked;
