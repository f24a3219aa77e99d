package io.rapidbyte.schemas.type;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8 as Unicode defines it: no overlong forms, no surrogates. */
final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Utf8() {}

  static boolean valid(byte[] src, int off, int len) {
    int end = off + len;
    int i = off;
    while (i + 8 <= end && ((long) LONG.get(src, i) & HIGH_BITS) == 0) {
      i += 8;
    }
    while (i < end) {
      int width = src[i] >= 0 ? 1 : sequence(src, i, end);
      if (width == 0) {
        return false;
      }
      i += width;
    }
    return true;
  }

  /** The length of the sequence that begins with the byte at {@code i}, or 0 where it is none. */
  private static int sequence(byte[] src, int i, int end) {
    int lead = src[i] & 0xff;
    if (lead < 0xc2 || lead > 0xf4) {
      return 0;
    }
    int width = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (i + width > end) {
      return 0;
    }
    for (int k = 1; k < width; k++) {
      if ((src[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    int second = src[i + 1] & 0xff;
    boolean shortest =
        switch (lead) {
          case 0xe0 -> second >= 0xa0;
          case 0xed -> second < 0xa0;
          case 0xf0 -> second >= 0x90;
          case 0xf4 -> second < 0x90;
          default -> true;
        };
    return shortest ? width : 0;
  }
}
