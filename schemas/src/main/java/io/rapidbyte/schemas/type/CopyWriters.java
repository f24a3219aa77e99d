package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;

/** Makes the writer that brings a vector back into Postgres. */
public final class CopyWriters {
  private static final String ARRAY = "[]";

  private CopyWriters() {}

  /**
   * The writer of {@code vector}: in the binary form of {@link PgTypes#ddl} where {@link
   * PgTypes#writesBinary}, else as text, for a column of type {@code text}.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException {@code schema/unsupported-arrow-type}
   */
  public static CopyWriter of(FieldVector vector) {
    Landing landing = Landing.of(vector.getField());
    if (landing.binary() && landing.ddl().endsWith(ARRAY)) {
      ListVector list = (ListVector) vector;
      return nullable(vector, new ListBody(list, of(list.getDataVector()), landing.type()));
    }
    return nullable(vector, body(vector, landing.binary() ? landing.type() : BaseType.TEXT));
  }

  /**
   * The values of {@code vector} as the text that Postgres prints for them and reads.
   *
   * @throws IllegalArgumentException where it is of a type that no column of ours has
   */
  public static CopyBody text(FieldVector vector) {
    return ArrowText.of(vector);
  }

  private static CopyWriter nullable(FieldVector vector, CopyBody body) {
    return (row, out) -> {
      if (vector.isNull(row)) {
        out.int32(Wire.NULL);
        return;
      }
      int start = out.length();
      out.int32(0);
      body.append(row, out);
      out.patchInt32(start, out.length() - start - 4);
    };
  }

  private static CopyBody body(FieldVector vector, BaseType type) {
    return switch (type) {
      case NUMERIC ->
          switch (vector) {
            case DecimalVector decimal -> new DecimalBody(decimal);
            case VarCharVector text -> new NumericBody(new RawBody(text));
            default -> new NumericBody(ArrowText.of(vector));
          };
      case JSONB, JSONPATH -> {
        CopyBody text = ArrowText.of(vector);
        yield (row, out) -> text.append(row, out.put(1));
      }
      case TEXT, VARCHAR, BPCHAR, NAME, XML, JSON -> ArrowText.of(vector);
      default -> FixedBody.of(vector, type);
    };
  }
}
