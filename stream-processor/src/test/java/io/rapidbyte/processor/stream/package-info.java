@NullMarked
package io.rapidbyte.processor.stream;

import org.jspecify.annotations.NullMarked;
