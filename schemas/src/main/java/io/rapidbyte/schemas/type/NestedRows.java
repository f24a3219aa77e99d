package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.complex.ListVector;

/** Taking back rows of lists and maps. */
final class NestedRows {
  private NestedRows() {}

  static void none(ListVector vector, int row) {
    if (row < vector.getValueCapacity() || vector.getLastSet() >= row) {
      vector.setNull(row);
    }
    if (vector.getLastSet() >= row) {
      vector.setLastSet(row - 1);
    }
  }
}
