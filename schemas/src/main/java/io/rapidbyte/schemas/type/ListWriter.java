package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.complex.ListVector;

/** Arrays of one dimension. Where their index begins is not kept. */
final class ListWriter implements ColumnWriter {
  private final Site site;
  private final ListVector vector;
  private final ColumnWriter element;
  private final char delimiter;
  private final Words words;

  ListWriter(Site site, ListVector vector, ColumnWriter element, char delimiter) {
    this.site = site;
    this.vector = vector;
    this.element = element;
    this.delimiter = delimiter;
    words = new Words(site);
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    Parts parts = new Parts(site, src, off, len);
    int dimensions = parts.int32();
    parts.int32();
    parts.int32();
    if (dimensions > 1) {
      throw site.multiDimensional();
    }
    int count = 0;
    if (dimensions == 1) {
      count = parts.int32();
      parts.int32();
    }
    if (dimensions < 0 || count < 0) {
      throw site.malformed("it claims " + count + " elements");
    }
    int start = vector.startNewValue(row);
    for (int i = 0; i < count; i++) {
      int size = parts.part();
      if (size < 0) {
        element.none(start + i);
      } else {
        element.binary(start + i, src, parts.start(), size);
      }
    }
    parts.end();
    vector.endValue(row, count);
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    words.open(src, off, len);
    words.skipBounds();
    words.expect('{');
    int start = vector.startNewValue(row);
    int count = 0;
    while (!words.accept('}', count == 0)) {
      if (count > 0) {
        words.expect(delimiter);
      }
      if (words.peek() == '{') {
        throw site.multiDimensional();
      }
      words.next(delimiter, '}');
      if (words.isNull()) {
        element.none(start + count);
      } else {
        element.text(start + count, words.bytes(), words.start(), words.length());
      }
      count++;
    }
    words.end();
    vector.endValue(row, count);
  }

  @Override
  public void none(int row) {
    NestedRows.none(vector, row);
  }
}
