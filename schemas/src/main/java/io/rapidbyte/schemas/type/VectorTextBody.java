package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.complex.BaseListVector;

/** pgvector's text: {@code [1,2.5]}. */
record VectorTextBody(BaseListVector vector, CopyBody element) implements CopyBody {
  @Override
  public void append(int row, Bytes out) {
    int start = vector.getElementStartIndex(row);
    int end = vector.getElementEndIndex(row);
    out.put('[');
    for (int i = start; i < end; i++) {
      if (i > start) {
        out.put(',');
      }
      element.append(i, out);
    }
    out.put(']');
  }
}
