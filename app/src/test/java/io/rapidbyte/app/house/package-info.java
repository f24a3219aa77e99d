/** Holds the whole house to its rules: arrows, layout, what must not stand in a file. */
@NullMarked
package io.rapidbyte.app.house;

import org.jspecify.annotations.NullMarked;
