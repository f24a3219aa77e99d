/** Tests of the package. */
@NullMarked
package io.rapidbyte.app.topics;

import org.jspecify.annotations.NullMarked;
