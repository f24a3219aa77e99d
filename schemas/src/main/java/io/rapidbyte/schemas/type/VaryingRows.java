package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.BaseVariableWidthVector;

/** Taking back rows of vectors whose values have a width of their own. */
final class VaryingRows {
  private VaryingRows() {}

  static void none(BaseVariableWidthVector vector, int row) {
    if (row < vector.getValueCapacity()) {
      vector.setNull(row);
    }
    if (vector.getLastSet() >= row) {
      vector.setLastSet(row - 1);
    }
  }
}
