/** Whole pipelines in processes of their own, killed while they work, and judged afterwards. */
@org.jspecify.annotations.NullMarked
package io.rapidbyte.app.kill;
