/** Tests of modules as transforms. */
@org.jspecify.annotations.NullMarked
package io.rapidbyte.processor.wasm;
