package io.rapidbyte.schemas.type;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.MapVector;

/** A map as an hstore's text. */
final class MapTextBody implements CopyBody {
  private final MapVector vector;
  private final FieldVector values;
  private final CopyBody key;
  private final CopyBody value;
  private final Bytes scratch = new Bytes(64);

  MapTextBody(MapVector vector) {
    this.vector = vector;
    List<FieldVector> parts = vector.getDataVector().getChildrenFromFields();
    values = parts.get(1);
    key = ArrowText.of(parts.get(0));
    value = ArrowText.of(values);
  }

  @Override
  public void append(int row, Bytes out) {
    int start = vector.getElementStartIndex(row);
    for (int i = start; i < vector.getElementEndIndex(row); i++) {
      if (i > start) {
        out.ascii(", ");
      }
      key.append(i, scratch.reset());
      HstoreText.quoted(scratch.array(), 0, scratch.length(), out);
      out.ascii("=>");
      if (values.isNull(i)) {
        out.ascii("NULL");
      } else {
        value.append(i, scratch.reset());
        HstoreText.quoted(scratch.array(), 0, scratch.length(), out);
      }
    }
  }
}
