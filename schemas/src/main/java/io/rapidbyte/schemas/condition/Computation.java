package io.rapidbyte.schemas.condition;

import org.jspecify.annotations.Nullable;

/** An expression whose columns are known. For one thread at a time. */
public interface Computation {
  /** What its values are. */
  ValueKind kind();

  /**
   * The value for a row, as {@link #kind} says; null for NULL.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException of scope RECORD where it fails on the row
   *     as it would in Postgres (division by zero, out of range)
   */
  @Nullable Object of(Row row);

  /** The values of the row at hand. */
  interface Row {
    /** The value of the column in this slot, as its {@link ValueKind} says; null for NULL. */
    @Nullable Object get(int slot);
  }
}
