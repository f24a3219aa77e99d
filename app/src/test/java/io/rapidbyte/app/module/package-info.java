/** Tests of what a module's author uses. */
@NullMarked
package io.rapidbyte.app.module;

import org.jspecify.annotations.NullMarked;
