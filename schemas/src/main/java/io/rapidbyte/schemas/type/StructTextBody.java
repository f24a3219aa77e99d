package io.rapidbyte.schemas.type;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** A struct as a composite's text. */
final class StructTextBody implements CopyBody {
  private final List<FieldVector> vectors;
  private final List<CopyBody> fields;
  private final Bytes scratch = new Bytes(64);

  StructTextBody(List<FieldVector> vectors, List<CopyBody> fields) {
    this.vectors = vectors;
    this.fields = fields;
  }

  @Override
  public void append(int row, Bytes out) {
    out.put('(');
    for (int i = 0; i < fields.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      if (!vectors.get(i).isNull(row)) {
        fields.get(i).append(row, scratch.reset());
        Quoting.field(out, scratch.array(), 0, scratch.length(), RecordText.SPECIALS);
      }
    }
    out.put(')');
  }
}
