/**
 * What an application may do to its tables, operation by operation, for tests that read it back:
 * the source against another reader, or a whole pipeline.
 */
@NullMarked
package io.rapidbyte.testkit.workload;

import org.jspecify.annotations.NullMarked;
