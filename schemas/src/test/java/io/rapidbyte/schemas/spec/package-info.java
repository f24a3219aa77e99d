/** Tests of reading pipeline.yaml. */
@NullMarked
package io.rapidbyte.schemas.spec;

import org.jspecify.annotations.NullMarked;
