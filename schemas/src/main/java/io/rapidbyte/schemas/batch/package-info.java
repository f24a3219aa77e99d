/**
 * The change batch: its columns, its headers and its bytes in a topic.
 *
 * <p>A value is a self-contained Arrow IPC stream, readable by any Arrow library.
 */
@NullMarked
package io.rapidbyte.schemas.batch;

import org.jspecify.annotations.NullMarked;
