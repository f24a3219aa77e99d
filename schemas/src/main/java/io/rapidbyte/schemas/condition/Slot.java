package io.rapidbyte.schemas.condition;

import io.rapidbyte.schemas.type.PgType;

/**
 * A column that an expression may read.
 *
 * @param slot its place in {@link Computation.Row}
 */
public record Slot(int slot, PgType type, Ordering ordering) {}
