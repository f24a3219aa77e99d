/** Tests of the package of that name. */
@NullMarked
package io.rapidbyte.app.supervise;

import org.jspecify.annotations.NullMarked;
