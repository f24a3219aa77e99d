package io.rapidbyte.wasm.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Whether values are alike to the bit, NULL and nested ones too. */
final class Same {
  private Same() {}

  static void value(FieldVector wanted, int from, FieldVector found, int to) {
    assertThat(found.isNull(to))
        .as("%s: row %d is NULL", found.getField(), to)
        .isEqualTo(wanted.isNull(from));
    if (wanted.isNull(from)) {
      return;
    }
    switch (wanted) {
      case BitVector v -> equal(found, to, v.get(from), ((BitVector) found).get(to));
      case BaseFixedWidthVector v -> equal(found, to, bytes(v, from), bytes(found, to));
      case BaseVariableWidthVector v -> equal(found, to, v.get(from), of(found).get(to));
      case ListVector v -> lists(v, from, (ListVector) found, to);
      case FixedSizeListVector v -> fixedLists(v, from, (FixedSizeListVector) found, to);
      case StructVector v -> structs(v, from, (StructVector) found, to);
      default -> throw new IllegalStateException("unknown " + wanted.getField());
    }
  }

  private static void equal(FieldVector found, int row, Object wanted, Object value) {
    assertThat(value).as("%s, row %d", found.getField(), row).isEqualTo(wanted);
  }

  private static BaseVariableWidthVector of(FieldVector vector) {
    return (BaseVariableWidthVector) vector;
  }

  private static byte[] bytes(FieldVector vector, int row) {
    int width = ((BaseFixedWidthVector) vector).getTypeWidth();
    byte[] bytes = new byte[width];
    ArrowBuf data = vector.getDataBuffer();
    data.getBytes((long) row * width, bytes);
    return bytes;
  }

  private static void lists(ListVector wanted, int from, ListVector found, int to) {
    int start = wanted.getElementStartIndex(from);
    int count = wanted.getElementEndIndex(from) - start;
    int at = found.getElementStartIndex(to);
    equal(found, to, count, found.getElementEndIndex(to) - at);
    for (int i = 0; i < count; i++) {
      value(wanted.getDataVector(), start + i, found.getDataVector(), at + i);
    }
  }

  private static void fixedLists(
      FixedSizeListVector wanted, int from, FixedSizeListVector found, int to) {
    int size = wanted.getListSize();
    for (int i = 0; i < size; i++) {
      value(wanted.getDataVector(), from * size + i, found.getDataVector(), to * size + i);
    }
  }

  private static void structs(StructVector wanted, int from, StructVector found, int to) {
    for (int i = 0; i < wanted.size(); i++) {
      value(wanted.getChildrenFromFields().get(i), from, found.getChildrenFromFields().get(i), to);
    }
  }
}
