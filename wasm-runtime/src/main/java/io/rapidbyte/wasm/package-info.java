/**
 * Runs one guest module
 *
 * <p>load, manifest, limits, the calls of ABI v1. Knows Arrow bytes, not Kafka.:Nothing stands here
 * yet; guests come after the main job.
 */
@NullMarked
package io.rapidbyte.wasm;

import org.jspecify.annotations.NullMarked;
