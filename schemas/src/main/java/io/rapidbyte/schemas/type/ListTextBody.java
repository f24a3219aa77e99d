package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.complex.ListVector;

/** A list as an array's text. */
final class ListTextBody implements CopyBody {
  private final ListVector vector;
  private final CopyBody element;
  private final char delimiter;
  private final Bytes scratch = new Bytes(64);

  ListTextBody(ListVector vector, CopyBody element) {
    this.vector = vector;
    this.element = element;
    String type =
        Landing.metadata(
            vector.getDataVector().getField(),
            io.rapidbyte.schemas.batch.BatchColumns.META_PG_TYPE);
    delimiter = BaseType.of(type) == BaseType.BOX ? ';' : ',';
  }

  @Override
  public void append(int row, Bytes out) {
    int start = vector.getElementStartIndex(row);
    int end = vector.getElementEndIndex(row);
    out.put('{');
    for (int i = start; i < end; i++) {
      if (i > start) {
        out.put(delimiter);
      }
      if (vector.getDataVector().isNull(i)) {
        out.ascii("NULL");
      } else {
        element.append(i, scratch.reset());
        Quoting.element(out, scratch.array(), 0, scratch.length(), delimiter);
      }
    }
    out.put('}');
  }
}
