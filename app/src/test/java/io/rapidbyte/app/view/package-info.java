/** Tests of the package of that name. */
@NullMarked
package io.rapidbyte.app.view;

import org.jspecify.annotations.NullMarked;
