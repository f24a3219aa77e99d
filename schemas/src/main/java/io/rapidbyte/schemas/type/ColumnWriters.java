package io.rapidbyte.schemas.type;

import io.rapidbyte.schemas.stream.Column;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.VarCharVector;

/** Makes the writer of a column. */
public final class ColumnWriters {
  private ColumnWriters() {}

  /**
   * The writer of {@code column} into {@code vector}, whose field is that of {@link
   * ArrowTypes#field}; also into a child of {@code _rb_before}.
   *
   * @throws IllegalArgumentException where the vector is of another type
   */
  public static ColumnWriter of(Column column, FieldVector vector) {
    Site site = new Site(column.name(), ArrowTypes.typeName(column.type()));
    try {
      return writer(site, ArrowTypes.effectiveType(column), vector);
    } catch (ClassCastException e) {
      throw new IllegalArgumentException(
          "column " + column.name() + " does not fit a vector of " + vector.getField(), e);
    }
  }

  static ColumnWriter writer(Site site, PgType type, FieldVector vector) {
    return switch (type.unwrapped()) {
      case PgType.Base base -> base(site, base, vector);
      default -> new TextWriter(site, (VarCharVector) vector, false);
    };
  }

  private static ColumnWriter base(Site site, PgType.Base base, FieldVector vector) {
    return switch (BaseType.of(base.name())) {
      case BOOL -> new FixedWriter.Bool(site, (BitVector) vector);
      case INT2 -> new FixedWriter.Int2(site, (SmallIntVector) vector);
      case INT4 -> new FixedWriter.Int4(site, (IntVector) vector);
      case INT8 -> new FixedWriter.Int8(site, (BigIntVector) vector);
      case FLOAT4 -> new FixedWriter.Float4(site, (Float4Vector) vector);
      case FLOAT8 -> new FixedWriter.Float8(site, (Float8Vector) vector);
      case JSONB, JSONPATH, LTREE -> new TextWriter(site, (VarCharVector) vector, true);
      default -> new TextWriter(site, (VarCharVector) vector, false);
    };
  }
}
