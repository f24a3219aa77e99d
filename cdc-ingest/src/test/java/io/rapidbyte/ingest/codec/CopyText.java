package io.rapidbyte.ingest.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Values of one column out of COPY's two formats. */
final class CopyText {
  private static final int BINARY_HEADER = 19;

  private CopyText() {}

  /** Rows of {@code FORMAT text}, escapes resolved; empty is NULL. */
  static List<Optional<byte[]>> text(byte[] copied) {
    List<Optional<byte[]>> rows = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < copied.length; i++) {
      if (copied[i] == '\n') {
        boolean isNull = i - start == 2 && copied[start] == '\\' && copied[start + 1] == 'N';
        rows.add(isNull ? Optional.empty() : Optional.of(unescape(copied, start, i)));
        start = i + 1;
      }
    }
    return rows;
  }

  private static byte[] unescape(byte[] src, int start, int end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int i = start;
    while (i < end) {
      byte c = src[i++];
      if (c == '\\') {
        c = src[i++];
        int known = "bfnrtv".indexOf(c);
        out.write(known < 0 ? c : "\b\f\n\r\t\u000b".charAt(known));
      } else {
        out.write(c);
      }
    }
    return out.toByteArray();
  }

  /** Rows of {@code FORMAT binary}; empty is NULL. */
  static List<Optional<byte[]>> binary(byte[] copied) {
    ByteBuffer in = ByteBuffer.wrap(copied).position(BINARY_HEADER);
    List<Optional<byte[]>> rows = new ArrayList<>();
    while (in.getShort() == 1) {
      int length = in.getInt();
      byte[] value = new byte[Math.max(0, length)];
      in.get(value);
      rows.add(length < 0 ? Optional.empty() : Optional.of(value));
    }
    return rows;
  }
}
