/** Tests of whole pipelines in one process. */
@NullMarked
package io.rapidbyte.app.run;

import org.jspecify.annotations.NullMarked;
