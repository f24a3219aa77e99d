package io.rapidbyte.schemas.type;

import io.rapidbyte.schemas.stream.Column;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

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
    PgType target = ArrowTypes.effectiveType(column);
    try {
      ColumnWriter writer = writer(site, target, vector);
      return column.as() == null || readsItself(column.type(), writer)
          ? writer
          : new OverrideWriter(TextForms.of(site, column.type()), writer);
    } catch (ClassCastException e) {
      throw new IllegalArgumentException(
          "column " + column.name() + " does not fit a vector of " + vector.getField(), e);
    }
  }

  /** A numeric taken as another decimal needs no text in between. */
  private static boolean readsItself(PgType source, ColumnWriter writer) {
    return writer instanceof DecimalWriter
        && source.unwrapped() instanceof PgType.Base base
        && BaseType.of(base) == BaseType.NUMERIC;
  }

  private static ColumnWriter writer(Site site, PgType type, FieldVector vector) {
    return switch (type.unwrapped()) {
      case PgType.Base base -> base(site, base, vector);
      case PgType.Array array when ArrowTypes.isList(array) -> list(site, array, vector);
      case PgType.Composite composite when ArrowTypes.isStruct(composite) ->
          struct(site, composite, vector);
      case PgType.Enumeration e -> new TextWriter(site, (VarCharVector) vector, false);
      case PgType other ->
          new RenderedWriter(site, (VarCharVector) vector, TextForms.of(site, other));
    };
  }

  private static ColumnWriter list(Site site, PgType.Array array, FieldVector vector) {
    ListVector list = (ListVector) vector;
    ColumnWriter element = writer(site, array.element(), list.getDataVector());
    return new ListWriter(site, list, element, TextForms.delimiter(array));
  }

  private static ColumnWriter struct(Site site, PgType.Composite composite, FieldVector vector) {
    StructVector struct = (StructVector) vector;
    List<FieldVector> children = struct.getChildrenFromFields();
    List<ColumnWriter> fields = new ArrayList<>();
    for (int i = 0; i < children.size(); i++) {
      fields.add(writer(site, composite.attributes().get(i).type(), children.get(i)));
    }
    return new StructWriter(site, struct, fields);
  }

  private static ColumnWriter base(Site site, PgType.Base base, FieldVector vector) {
    BaseType type = BaseType.of(base);
    return switch (type) {
      case BOOL -> new FixedWriter.Bool(site, (BitVector) vector);
      case INT2 -> new FixedWriter.Int2(site, (SmallIntVector) vector);
      case INT4 -> new FixedWriter.Int4(site, (IntVector) vector);
      case INT8 -> new FixedWriter.Int8(site, (BigIntVector) vector);
      case FLOAT4 -> new FixedWriter.Float4(site, (Float4Vector) vector);
      case FLOAT8 -> new FixedWriter.Float8(site, (Float8Vector) vector);
      case NUMERIC ->
          vector instanceof DecimalVector decimal
              ? new DecimalWriter(site, decimal)
              : rendered(site, base, vector);
      case TEXT, VARCHAR, BPCHAR, NAME, CITEXT, XML, JSON ->
          new TextWriter(site, (VarCharVector) vector, false);
      case JSONB, JSONPATH, LTREE -> new TextWriter(site, (VarCharVector) vector, true);
      case BYTEA -> new BinaryWriter(site, (VarBinaryVector) vector, true);
      case GEOMETRY, GEOGRAPHY -> new BinaryWriter(site, (VarBinaryVector) vector, false);
      case DATE, TIME, TIMESTAMP, TIMESTAMPTZ, INTERVAL ->
          TimeWriter.of(site, type, (BaseFixedWidthVector) vector);
      case UUID -> new UuidWriter(site, (FixedSizeBinaryVector) vector);
      case HSTORE -> new HstoreWriter(site, (MapVector) vector);
      case VECTOR -> new VectorWriter(site, vector);
      default -> rendered(site, base, vector);
    };
  }

  private static ColumnWriter rendered(Site site, PgType.Base base, FieldVector vector) {
    return new RenderedWriter(site, (VarCharVector) vector, TextForms.of(site, base));
  }
}
