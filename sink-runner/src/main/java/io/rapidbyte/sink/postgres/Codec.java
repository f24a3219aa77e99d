package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.type.Bytes;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.Field;

/** stub */
final class Codec {
  private Codec() {}

  static String type(Field field) {
    return field.getMetadata().getOrDefault(BatchColumns.META_PG_TYPE, "text");
  }

  static CopyField field(FieldVector vector) {
    CopyField some =
        switch (vector) {
          case IntVector v -> (row, out) -> out.int32(4).int32(v.get(row));
          case BigIntVector v -> (row, out) -> out.int32(8).int64(v.get(row));
          case VarCharVector v -> (row, out) -> text(v, row, out);
          default -> throw new IllegalArgumentException("no codec for " + vector.getField());
        };
    return (row, out) -> {
      if (vector.isNull(row)) {
        out.int32(-1);
      } else {
        some.write(row, out);
      }
    };
  }

  private static void text(VarCharVector vector, int row, Bytes out) {
    int start = vector.getStartOffset(row);
    int length = vector.getEndOffset(row) - start;
    out.int32(length);
    int at = out.skip(length);
    ArrowBuf data = vector.getDataBuffer();
    data.getBytes(start, out.array(), at, length);
  }
}
