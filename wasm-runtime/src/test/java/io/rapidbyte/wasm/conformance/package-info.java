/** One suite for the SDKs of all languages: the same batches in, the same batches out. */
@org.jspecify.annotations.NullMarked
package io.rapidbyte.wasm.conformance;
