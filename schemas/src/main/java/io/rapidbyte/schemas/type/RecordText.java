package io.rapidbyte.schemas.type;

import java.util.List;

/** Composites: {@code (1,"two words",)}. */
final class RecordText implements TextForm {
  static final String SPECIALS = "(),";

  private final Site site;
  private final List<TextForm> fields;
  private final Bytes scratch = new Bytes(64);

  RecordText(Site site, List<TextForm> fields) {
    this.site = site;
    this.fields = fields;
  }

  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    Parts parts = new Parts(site, src, off, len);
    int count = parts.int32();
    if (count != fields.size()) {
      throw site.malformed("it has " + count + " fields instead of " + fields.size());
    }
    out.put('(');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.put(',');
      }
      parts.int32();
      int size = parts.part();
      if (size >= 0) {
        fields.get(i).render(src, parts.start(), size, scratch.reset());
        Quoting.field(out, scratch.array(), 0, scratch.length(), SPECIALS);
      }
    }
    out.put(')');
    parts.end();
  }
}
