package io.rapidbyte.schemas.type;

/** Values of one type read as another: their text is what the other reads. */
final class OverrideWriter implements ColumnWriter {
  private final TextForm source;
  private final ColumnWriter target;
  private final Bytes scratch = new Bytes(64);

  OverrideWriter(TextForm source, ColumnWriter target) {
    this.source = source;
    this.target = target;
  }

  @Override
  public void binary(int row, byte[] src, int off, int len) {
    source.render(src, off, len, scratch.reset());
    target.text(row, scratch.array(), 0, scratch.length());
  }

  @Override
  public void text(int row, byte[] src, int off, int len) {
    target.text(row, src, off, len);
  }

  @Override
  public void none(int row) {
    target.none(row);
  }
}
