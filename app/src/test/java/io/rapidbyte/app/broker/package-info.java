/** Tests of the package of that name. */
@NullMarked
package io.rapidbyte.app.broker;

import org.jspecify.annotations.NullMarked;
