package io.rapidbyte.schemas.stream;

import io.rapidbyte.schemas.type.PgType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a stream.
 *
 * @param name the source's own name
 * @param type its Postgres type, typmod included
 * @param nullable whether the source allows NULL (every Arrow field is nullable all the same)
 * @param attributeNumber {@code pg_attribute.attnum}: stays through renames, never reused
 * @param as the Arrow type that the pipeline asks for instead of the default, such as {@code
 *     decimal(38,9)}
 */
public record Column(
    String name, PgType type, boolean nullable, int attributeNumber, @Nullable String as) {
  public Column {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a column has no name");
    }
  }
}
