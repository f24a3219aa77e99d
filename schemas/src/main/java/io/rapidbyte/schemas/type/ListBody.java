package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.complex.ListVector;

/** A list as an array of one dimension, from 1. */
record ListBody(ListVector vector, CopyWriter element, BaseType type) implements CopyBody {
  @Override
  public void append(int row, Bytes out) {
    int start = vector.getElementStartIndex(row);
    int end = vector.getElementEndIndex(row);
    out.int32(end > start ? 1 : 0).int32(hasNull(start, end)).int32(BinaryOids.of(type));
    if (end > start) {
      out.int32(end - start).int32(1);
    }
    for (int i = start; i < end; i++) {
      element.write(i, out);
    }
  }

  private int hasNull(int start, int end) {
    for (int i = start; i < end; i++) {
      if (vector.getDataVector().isNull(i)) {
        return 1;
      }
    }
    return 0;
  }
}
