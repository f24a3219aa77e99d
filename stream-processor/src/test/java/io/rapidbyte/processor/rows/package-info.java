@NullMarked
package io.rapidbyte.processor.rows;

import org.jspecify.annotations.NullMarked;
