/** Tests of the package of that name. */
@NullMarked
package io.rapidbyte.app.command;

import org.jspecify.annotations.NullMarked;
