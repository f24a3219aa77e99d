package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/** {@code hstore} as a map of text to text. */
final class HstoreWriter implements ColumnWriter {
  private final Site site;
  private final MapVector vector;
  private final StructVector entries;
  private final VarCharVector keys;
  private final VarCharVector values;
  private final Words words;

  HstoreWriter(Site site, MapVector vector) {
    this.site = site;
    this.vector = vector;
    entries = (StructVector) vector.getDataVector();
    keys = (VarCharVector) entries.getChildrenFromFields().get(0);
    values = (VarCharVector) entries.getChildrenFromFields().get(1);
    words = new Words(site);
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    Parts parts = new Parts(site, src, off, len);
    int count = parts.int32();
    if (count < 0) {
      throw site.malformed("it claims " + count + " entries");
    }
    int start = vector.startNewValue(row);
    for (int i = start; i < start + count; i++) {
      int size = parts.part();
      if (size < 0) {
        throw site.malformed("a key is NULL");
      }
      key(i, src, parts.start(), size);
      int valueSize = parts.part();
      if (valueSize < 0) {
        VaryingRows.none(values, i);
      } else {
        TextWriter.put(site, values, i, src, parts.start(), valueSize);
      }
    }
    parts.end();
    vector.endValue(row, count);
  }

  private void key(int index, byte[] src, int off, int len) {
    entries.setIndexDefined(index);
    TextWriter.put(site, keys, index, src, off, len);
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    words.open(src, off, len);
    int start = vector.startNewValue(row);
    int i = start;
    while (!words.atEnd()) {
      if (i > start) {
        words.expect(',');
        words.skipSpaces();
      }
      words.next('=', '=');
      key(i, words.bytes(), words.start(), words.length());
      words.expect('=');
      words.expect('>');
      words.next(',', ',');
      if (words.isNull()) {
        VaryingRows.none(values, i);
      } else {
        TextWriter.put(site, values, i, words.bytes(), words.start(), words.length());
      }
      i++;
    }
    vector.endValue(row, i - start);
  }

  @Override
  public void none(int row) {
    NestedRows.none(vector, row);
  }
}
