package io.rapidbyte.schemas.type;

/** A numeric's text as its binary form, of any length. */
final class NumericBody implements CopyBody {
  private static final int GROUP_DIGITS = 4;
  private final CopyBody text;
  private final Bytes scratch = new Bytes(64);

  NumericBody(CopyBody text) {
    this.text = text;
  }

  @Override
  public void append(int row, Bytes out) {
    text.append(row, scratch.reset());
    byte[] src = scratch.array();
    int end = scratch.length();
    if (TextParse.is(src, 0, end, "NaN")) {
      special(out, NumericText.NAN);
    } else if (TextParse.is(src, 0, end, "Infinity")) {
      special(out, NumericText.PLUS_INFINITY);
    } else if (TextParse.is(src, 0, end, "-Infinity")) {
      special(out, NumericText.MINUS_INFINITY);
    } else {
      finite(src, end, out);
    }
  }

  private static void special(Bytes out, int sign) {
    out.int16(0).int16(0).int16(sign).int16(0);
  }

  private static void finite(byte[] src, int end, Bytes out) {
    boolean negative = end > 0 && src[0] == '-';
    int start = negative ? 1 : 0;
    int point = start;
    while (point < end && src[point] != '.') {
      point++;
    }
    int scale = Math.max(0, end - point - 1);
    int wholeGroups = (point - start + GROUP_DIGITS - 1) / GROUP_DIGITS;
    int groups = wholeGroups + (scale + GROUP_DIGITS - 1) / GROUP_DIGITS;
    out.int16(groups).int16(wholeGroups - 1);
    out.int16(negative ? NumericText.NEGATIVE : NumericText.POSITIVE).int16(scale);
    int at = point - wholeGroups * GROUP_DIGITS;
    for (int i = 0; i < groups; i++, at += GROUP_DIGITS) {
      if (i == wholeGroups) {
        at++;
      }
      out.int16(group(src, start, end, at));
    }
  }

  private static int group(byte[] src, int start, int end, int at) {
    int value = 0;
    for (int i = at; i < at + GROUP_DIGITS; i++) {
      int digit = i < start || i >= end ? 0 : src[i] - '0';
      value = value * 10 + digit;
    }
    return value;
  }
}
