/** Tests of the package. */
@NullMarked
package io.rapidbyte.app.http;

import org.jspecify.annotations.NullMarked;
