package io.rapidbyte.wasm.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Values of any type from a seed; some of them NULL. */
final class Filler {
  private static final String[] TEXTS = {
    "", "a", "ann@example.com", "Ünïcode – 文字 🦀", "quote \" and \\ and\nline", "x@test.example"
  };

  private final Random random;
  private final double nulls;

  /**
   * Of a seed.
   *
   * @param nulls how many of the values are NULL: 0 for none, 1 for all
   */
  Filler(long seed, double nulls) {
    this.random = new Random(seed);
    this.nulls = nulls;
  }

  void fill(FieldVector vector, int rows) {
    vector.setInitialCapacity(rows);
    vector.allocateNew();
    for (int row = 0; row < rows; row++) {
      put(vector, row);
    }
    vector.setValueCount(rows);
  }

  private void put(FieldVector vector, int row) {
    if (vector.getField().isNullable() && random.nextDouble() < nulls) {
      if (vector instanceof StructVector struct) {
        struct.getChildrenFromFields().forEach(child -> put(child, row)); // not to be seen
        struct.setNull(row);
      } else if (!(vector instanceof ListVector)) {
        vector.setNull(row);
      }
      return;
    }
    switch (vector) {
      case BitVector v -> v.setSafe(row, random.nextInt(2));
      case Float4Vector v -> v.setSafe(row, (float) number());
      case Float8Vector v -> v.setSafe(row, number());
      case BaseFixedWidthVector v -> bytes(v, row);
      case VarCharVector v -> v.setSafe(row, text());
      case VarBinaryVector v -> v.setSafe(row, binary());
      case ListVector v -> list(v, row);
      case FixedSizeListVector v -> fixedList(v, row);
      case StructVector v -> struct(v, row);
      default -> throw new IllegalStateException("no values for " + vector.getField());
    }
  }

  private double number() {
    return switch (random.nextInt(5)) {
      case 0 -> Double.NaN;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> -0.0;
      default -> random.nextGaussian() * 1e6;
    };
  }

  /** Any bits are a value. */
  private void bytes(BaseFixedWidthVector vector, int row) {
    byte[] bytes = new byte[vector.getTypeWidth()];
    switch (random.nextInt(4)) {
      case 0 -> java.util.Arrays.fill(bytes, (byte) 0xff);
      case 1 -> bytes[bytes.length - 1] = (byte) 0x80;
      default -> random.nextBytes(bytes);
    }
    while (row >= vector.getValueCapacity()) {
      vector.reAlloc();
    }
    vector.setIndexDefined(row);
    vector.getDataBuffer().setBytes((long) row * bytes.length, bytes);
  }

  private byte[] text() {
    return TEXTS[random.nextInt(TEXTS.length)].getBytes(StandardCharsets.UTF_8);
  }

  private byte[] binary() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }

  private void list(ListVector list, int row) {
    int start = list.startNewValue(row);
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      put(list.getDataVector(), start + i);
    }
    list.endValue(row, count);
  }

  private void fixedList(FixedSizeListVector list, int row) {
    list.startNewValue(row);
    for (int i = 0; i < list.getListSize(); i++) {
      put(list.getDataVector(), row * list.getListSize() + i);
    }
  }

  private void struct(StructVector struct, int row) {
    struct.getChildrenFromFields().forEach(child -> put(child, row));
    struct.setIndexDefined(row);
  }
}
