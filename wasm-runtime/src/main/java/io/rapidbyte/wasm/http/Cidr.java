package io.rapidbyte.wasm.http;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of addresses, {@code 10.0.0.0/8}, {@code fd00::/8}. Never looks a name up.
 *
 * @param bytes the range's first address, in hexadecimal digits
 * @param prefix how many of its bits count
 */
public record Cidr(String bytes, int prefix) {
  private static final Pattern FORM = Pattern.compile("([0-9a-fA-F.:]+)(?:/(\\d{1,3}))?");

  /**
   * Reads the form with a slash, or one address.
   *
   * @throws IllegalArgumentException where the text is neither
   */
  public static Cidr parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || !(text.contains(".") || text.contains(":"))) {
      throw new IllegalArgumentException(text + " is no range such as 10.0.0.0/8 or fd00::/8");
    }
    byte[] address = literal(matcher.group(1));
    String length = matcher.group(2);
    int prefix = length == null ? address.length * 8 : Integer.parseInt(length);
    if (prefix > address.length * 8) {
      throw new IllegalArgumentException(text + " has more bits than its address");
    }
    return new Cidr(HexFormat.of().formatHex(address), prefix);
  }

  private static byte[] literal(String text) {
    if (!text.contains(":") && !text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
      throw new IllegalArgumentException(text + " is no address of four numbers");
    }
    return InetAddress.ofLiteral(text).getAddress();
  }

  /** Whether the address lies within. */
  public boolean contains(byte[] address) {
    byte[] first = HexFormat.of().parseHex(bytes);
    if (first.length != address.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (first[i] != address[i]) {
        return false;
      }
    }
    int rest = prefix % 8;
    return rest == 0 || ((first[whole] ^ address[whole]) & 0xFF) >>> (8 - rest) == 0;
  }
}
