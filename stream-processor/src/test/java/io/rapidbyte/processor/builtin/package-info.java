@NullMarked
package io.rapidbyte.processor.builtin;

import org.jspecify.annotations.NullMarked;
