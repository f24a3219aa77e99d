package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.BaseVariableWidthVector;

/** A value's bytes as they are. */
record RawBody(BaseVariableWidthVector vector) implements CopyBody {
  @Override
  public void append(int row, Bytes out) {
    int start = vector.getStartOffset(row);
    int count = vector.getEndOffset(row) - start;
    int at = out.skip(count);
    vector.getDataBuffer().getBytes(start, out.array(), at, count);
  }
}
