package io.rapidbyte.schemas.type;

import java.util.List;
import org.apache.arrow.vector.complex.StructVector;

/** Composites. */
final class StructWriter implements ColumnWriter {
  private final Site site;
  private final StructVector vector;
  private final List<ColumnWriter> fields;
  private final Words words;

  StructWriter(Site site, StructVector vector, List<ColumnWriter> fields) {
    this.site = site;
    this.vector = vector;
    this.fields = fields;
    words = new Words(site);
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    Parts parts = new Parts(site, src, off, len);
    int count = parts.int32();
    if (count != fields.size()) {
      throw site.malformed("it has " + count + " fields instead of " + fields.size());
    }
    vector.setIndexDefined(row);
    for (ColumnWriter field : fields) {
      parts.int32();
      int size = parts.part();
      if (size < 0) {
        field.none(row);
      } else {
        field.binary(row, src, parts.start(), size);
      }
    }
    parts.end();
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    words.open(src, off, len);
    words.expect('(');
    vector.setIndexDefined(row);
    for (int i = 0; i < fields.size(); i++) {
      if (i > 0) {
        words.expect(',');
      }
      words.next(',', ')');
      if (words.isEmpty()) {
        fields.get(i).none(row);
      } else {
        fields.get(i).text(row, words.bytes(), words.start(), words.length());
      }
    }
    words.expect(')');
    words.end();
  }

  @Override
  public void none(int row) {
    if (row < vector.getValueCapacity()) {
      vector.setNull(row);
    }
  }
}
