/** Commands to a pipeline, as they stand in its control topic. Pure. */
@NullMarked
package io.rapidbyte.schemas.control;

import org.jspecify.annotations.NullMarked;
