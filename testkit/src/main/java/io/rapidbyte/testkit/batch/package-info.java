/** Change batches, made by hand for tests. */
@NullMarked
package io.rapidbyte.testkit.batch;

import org.jspecify.annotations.NullMarked;
