package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.VarCharVector;

/** Types without an Arrow form of their own: their text, whichever way they come. */
final class RenderedWriter implements ColumnWriter {
  private final Site site;
  private final VarCharVector vector;
  private final TextForm form;
  private final Bytes scratch = new Bytes(64);

  RenderedWriter(Site site, VarCharVector vector, TextForm form) {
    this.site = site;
    this.vector = vector;
    this.form = form;
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    form.render(src, off, len, scratch.reset());
    TextWriter.put(site, vector, row, scratch.array(), 0, scratch.length());
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    TextWriter.put(site, vector, row, src, off, len);
  }

  @Override
  public void none(int row) {
    VaryingRows.none(vector, row);
  }
}
