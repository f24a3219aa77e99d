package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;

/** pgvector's {@code vector}: a list of its declared length, or of any where none is declared. */
final class VectorWriter implements ColumnWriter {
  private final Site site;
  private final FieldVector vector;
  private final Float4Vector numbers;
  private final Words words;

  VectorWriter(Site site, FieldVector vector) {
    this.site = site;
    this.vector = vector;
    numbers = (Float4Vector) vector.getChildrenFromFields().get(0);
    words = new Words(site);
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    int count = VectorText.dimensions(site, src, off, len);
    int start = start(row);
    checkCount(count);
    for (int i = 0; i < count; i++) {
      numbers.setSafe(start + i, Wire.float4(src, off + 4 + 4 * i));
    }
    finish(row, count);
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    words.open(src, off, len);
    words.expect('[');
    int start = start(row);
    int count = 0;
    while (!words.accept(']', count == 0)) {
      if (count > 0) {
        words.expect(',');
      }
      words.next(',', ']');
      float number = TextParse.float4(site, words.bytes(), words.start(), words.length());
      numbers.setSafe(start + count++, number);
    }
    words.end();
    checkCount(count);
    finish(row, count);
  }

  private void checkCount(int count) {
    if (vector instanceof FixedSizeListVector list && list.getListSize() != count) {
      throw site.malformed("it has " + count + " numbers instead of " + list.getListSize());
    }
  }

  private int start(int row) {
    return vector instanceof FixedSizeListVector list
        ? list.startNewValue(row)
        : ((ListVector) vector).startNewValue(row);
  }

  private void finish(int row, int count) {
    if (vector instanceof ListVector list) {
      list.endValue(row, count);
    }
  }

  @Override
  public void none(int row) {
    if (vector instanceof ListVector list) {
      NestedRows.none(list, row);
    } else if (row < vector.getValueCapacity()) {
      vector.setNull(row);
    }
  }
}
