package io.rapidbyte.schemas.type;

import io.rapidbyte.schemas.position.Lsn;

/** Text forms of values without parts. */
final class ScalarText {
  /** Types whose binary form is their text. */
  static final TextForm RAW = (src, off, len, out) -> out.put(src, off, len);

  private ScalarText() {}

  static TextForm of(Site site, BaseType type) {
    return switch (type) {
      case BOOL -> sized(site, 1, (src, off, len, out) -> out.put(src[off] == 0 ? 'f' : 't'));
      case INT2 -> sized(site, 2, (src, off, len, out) -> out.decimal(Wire.int16(src, off)));
      case INT4 -> sized(site, 4, (src, off, len, out) -> out.decimal(Wire.int32(src, off)));
      case INT8 -> sized(site, 8, (src, off, len, out) -> out.decimal(Wire.int64(src, off)));
      case FLOAT4 ->
          sized(site, 4, (src, off, len, out) -> FloatText.append(out, Wire.float4(src, off)));
      case FLOAT8 ->
          sized(site, 8, (src, off, len, out) -> FloatText.append(out, Wire.float8(src, off)));
      case TEXT, VARCHAR, BPCHAR, NAME, CITEXT, XML, JSON -> RAW;
      case JSONB, JSONPATH, LTREE -> (src, off, len, out) -> versioned(site, src, off, len, out);
      case CHAR -> sized(site, 1, (src, off, len, out) -> character(src[off], out));
      case BYTEA -> (src, off, len, out) -> Hex.lower(out.ascii("\\x"), src, off, len);
      case GEOMETRY, GEOGRAPHY -> (src, off, len, out) -> Hex.upper(out, src, off, len);
      case UUID -> sized(site, 16, (src, off, len, out) -> uuid(src, off, out));
      case MACADDR -> sized(site, 6, ScalarText::colons);
      case MACADDR8 -> sized(site, 8, ScalarText::colons);
      case BIT, VARBIT -> (src, off, len, out) -> bits(site, src, off, len, out);
      case TID -> sized(site, 6, (src, off, len, out) -> tid(src, off, out));
      case OID, XID, CID ->
          sized(
              site,
              4,
              (src, off, len, out) -> out.decimal(Integer.toUnsignedLong(Wire.int32(src, off))));
      case XID8 ->
          sized(
              site,
              8,
              (src, off, len, out) -> out.ascii(Long.toUnsignedString(Wire.int64(src, off))));
      case PG_LSN ->
          sized(
              site, 8, (src, off, len, out) -> out.ascii(new Lsn(Wire.int64(src, off)).toString()));
      default ->
          (src, off, len, out) -> {
            throw site.malformed("its binary form is not known, it must be fetched as text");
          };
    };
  }

  private static TextForm sized(Site site, int size, TextForm form) {
    return (src, off, len, out) -> {
      site.expect(len, size);
      form.render(src, off, len, out);
    };
  }

  private static void versioned(Site site, byte[] src, int off, int len, Bytes out) {
    if (len < 1 || src[off] != 1) {
      throw site.malformed("its version is not 1");
    }
    out.put(src, off + 1, len - 1);
  }

  /** As {@code charout} does: bytes beyond ASCII in octal, NUL as nothing. */
  static void character(byte value, Bytes out) {
    if (value > 0) {
      out.put(value);
    } else if (value < 0) {
      out.put('\\');
      out.put('0' + (value >> 6 & 3));
      out.put('0' + (value >> 3 & 7));
      out.put('0' + (value & 7));
    }
  }

  /** The usual form of a UUID of 16 bytes. */
  static void uuid(byte[] src, int off, Bytes out) {
    int at = off;
    for (int group : new int[] {4, 2, 2, 2, 6}) {
      if (at > off) {
        out.put('-');
      }
      Hex.lower(out, src, at, group);
      at += group;
    }
  }

  private static void colons(byte[] src, int off, int len, Bytes out) {
    for (int i = 0; i < len; i++) {
      if (i > 0) {
        out.put(':');
      }
      Hex.lower(out, src, off + i, 1);
    }
  }

  private static void bits(Site site, byte[] src, int off, int len, Bytes out) {
    site.expectAtLeast(len, 4);
    int count = Wire.int32(src, off);
    if (count < 0 || (count + 7L) / 8 != len - 4) {
      throw site.malformed("it has " + (len - 4) + " bytes for " + count + " bits");
    }
    for (int i = 0; i < count; i++) {
      out.put('0' + (src[off + 4 + i / 8] >> (7 - i % 8) & 1));
    }
  }

  private static void tid(byte[] src, int off, Bytes out) {
    out.put('(').decimal(Integer.toUnsignedLong(Wire.int32(src, off)));
    out.put(',').decimal(Short.toUnsignedInt(Wire.int16(src, off + 4))).put(')');
  }
}
