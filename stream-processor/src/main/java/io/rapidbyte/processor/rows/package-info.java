/**
 * What becomes of a batch's rows behind transforms: positions, owed deletes, unchanged values,
 * keys, dead letters. Pure; knows Arrow, not Kafka, nor what any transform does.
 *
 * <p>The host owns the {@code _rb_} columns; a transform sees and makes data columns.
 */
@NullMarked
package io.rapidbyte.processor.rows;

import org.jspecify.annotations.NullMarked;
