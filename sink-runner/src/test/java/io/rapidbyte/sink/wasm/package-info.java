/** Modules as destinations, with a real server and a real Kafka. */
@org.jspecify.annotations.NullMarked
package io.rapidbyte.sink.wasm;
