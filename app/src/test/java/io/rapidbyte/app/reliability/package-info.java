/**
 * One fault after another struck into whole pipelines, each judged by the same four invariants; the
 * rows of {@code docs/reliability.md}.
 */
@org.jspecify.annotations.NullMarked
package io.rapidbyte.app.reliability;
