package io.rapidbyte.schemas.type;

import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;

/** Writers of vectors whose values all have one width. */
interface FixedWriter extends ColumnWriter {
  /** The column's vector. */
  BaseFixedWidthVector vector();

  @Override
  default void none(int row) {
    if (row < vector().getValueCapacity()) {
      vector().setNull(row);
    }
  }

  /** {@code boolean}. */
  record Bool(Site site, BitVector vector) implements FixedWriter {
    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 1);
      vector.setSafe(row, src[off] == 0 ? 0 : 1);
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      vector.setSafe(row, TextParse.bool(site, src, off, len) ? 1 : 0);
    }
  }

  /** {@code smallint}. */
  record Int2(Site site, SmallIntVector vector) implements FixedWriter {
    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 2);
      vector.setSafe(row, Wire.int16(src, off));
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      vector.setSafe(
          row, (short) TextParse.integer(site, src, off, len, Short.MIN_VALUE, Short.MAX_VALUE));
    }
  }

  /** {@code integer}. */
  record Int4(Site site, IntVector vector) implements FixedWriter {
    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 4);
      vector.setSafe(row, Wire.int32(src, off));
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      vector.setSafe(
          row, (int) TextParse.integer(site, src, off, len, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
  }

  /** {@code bigint}. */
  record Int8(Site site, BigIntVector vector) implements FixedWriter {
    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 8);
      vector.setSafe(row, Wire.int64(src, off));
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      vector.setSafe(row, TextParse.integer(site, src, off, len, Long.MIN_VALUE, Long.MAX_VALUE));
    }
  }

  /** {@code real}. */
  record Float4(Site site, Float4Vector vector) implements FixedWriter {
    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 4);
      vector.setSafe(row, Wire.float4(src, off));
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      vector.setSafe(row, TextParse.float4(site, src, off, len));
    }
  }

  /** {@code double precision}. */
  record Float8(Site site, Float8Vector vector) implements FixedWriter {
    @Override
    public void binary(int row, byte[] src, int off, int len) {
      site.expect(len, 8);
      vector.setSafe(row, Wire.float8(src, off));
    }

    @Override
    public void text(int row, byte[] src, int off, int len) {
      vector.setSafe(row, TextParse.float8(site, src, off, len));
    }
  }
}
