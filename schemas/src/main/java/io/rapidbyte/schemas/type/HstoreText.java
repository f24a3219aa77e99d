package io.rapidbyte.schemas.type;

/** {@code hstore}: {@code "key"=>"value", "other"=>NULL}. */
record HstoreText(Site site) implements TextForm {
  @Override
  public void render(byte[] src, int off, int len, Bytes out) {
    Parts parts = new Parts(site, src, off, len);
    int count = parts.int32();
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        out.ascii(", ");
      }
      int size = parts.part();
      if (size < 0) {
        throw site.malformed("a key is NULL");
      }
      quoted(src, parts.start(), size, out);
      out.ascii("=>");
      int valueSize = parts.part();
      if (valueSize < 0) {
        out.ascii("NULL");
      } else {
        quoted(src, parts.start(), valueSize, out);
      }
    }
    parts.end();
  }

  /** A word in quotes, quotes and backslashes within escaped. */
  static void quoted(byte[] src, int off, int len, Bytes out) {
    out.put('"');
    for (int i = off; i < off + len; i++) {
      if (src[i] == '"' || src[i] == '\\') {
        out.put('\\');
      }
      out.put(src[i]);
    }
    out.put('"');
  }
}
