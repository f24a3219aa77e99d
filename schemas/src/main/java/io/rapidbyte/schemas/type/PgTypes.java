package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.types.pojo.Field;

/** What a batch's columns become in a Postgres destination. */
public final class PgTypes {
  private PgTypes() {}

  /**
   * The destination's type for a field, with typmod, ready for DDL and casts: the source's own
   * ({@code pg.type}) where every Postgres has it; {@code text} for enums, composites and types of
   * extensions and users; arrays likewise by their elements. A field without {@code pg.type}, or
   * whose Arrow type no longer fits it, goes by its Arrow type.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException {@code schema/unsupported-arrow-type}
   */
  public static String ddl(Field field) {
    return Landing.of(field).ddl();
  }

  /**
   * Whether {@link CopyWriters} writes the field in the binary form of {@link #ddl}. Where not, it
   * writes text: stage the column as {@code text} and cast it to {@link #ddl} in SQL.
   */
  public static boolean writesBinary(Field field) {
    return Landing.of(field).binary();
  }
}
