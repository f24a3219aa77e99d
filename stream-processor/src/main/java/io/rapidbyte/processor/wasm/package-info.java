/** WASM modules as transforms: between the host's rows and the guest ABI. */
@NullMarked
package io.rapidbyte.processor.wasm;

import org.jspecify.annotations.NullMarked;
