package io.rapidbyte.schemas.type;

/** Walks through a binary value that is made of lengths and values. Every step is checked. */
final class Parts {
  private final Site site;
  private final byte[] src;
  private final int end;
  private int at;
  private int start;

  Parts(Site site, byte[] src, int off, int len) {
    this.site = site;
    this.src = src;
    at = off;
    end = off + len;
  }

  int int32() {
    site.expectAtLeast(end - at, 4);
    int value = Wire.int32(src, at);
    at += 4;
    return value;
  }

  int int16() {
    site.expectAtLeast(end - at, 2);
    int value = Wire.int16(src, at);
    at += 2;
    return value;
  }

  int int8() {
    site.expectAtLeast(end - at, 1);
    return src[at++];
  }

  /** Reads a length and steps over that many bytes; {@link Wire#NULL} for none. */
  int part() {
    int length = int32();
    if (length < Wire.NULL || length > end - at) {
      throw site.malformed("a part of it claims " + length + " bytes");
    }
    start = at;
    at += Math.max(0, length);
    return length;
  }

  /** Where the last part begins. */
  int start() {
    return start;
  }

  /** Bytes that are left. */
  int left() {
    return end - at;
  }

  /** Refuses bytes behind the last part. */
  void end() {
    if (at != end) {
      throw site.malformed("more follows its last part");
    }
  }
}
