package io.rapidbyte.wasm.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses may be connected to. Of IPv6 only global unicast, and an address that carries
 * another within it (mapped, compatible, 6to4, NAT64, ISATAP) is judged by that one. Source: the
 * IANA registries of special-purpose addresses, RFC 6890, 4291, 3056, 6052, 5214.
 */
final class AddressRules {
  private record Range(Cidr cidr, String name) {}

  private static final List<Range> SPECIAL =
      List.of(
          range("0.0.0.0/8", "this network"),
          range("10.0.0.0/8", "private"),
          range("100.64.0.0/10", "shared by carriers"),
          range("127.0.0.0/8", "loopback"),
          range("169.254.0.0/16", "link-local, where clouds keep their metadata"),
          range("172.16.0.0/12", "private"),
          range("192.0.0.0/24", "protocol assignments"),
          range("192.0.2.0/24", "documentation"),
          range("192.88.99.0/24", "6to4 relays"),
          range("192.168.0.0/16", "private"),
          range("198.18.0.0/15", "benchmarks"),
          range("198.51.100.0/24", "documentation"),
          range("203.0.113.0/24", "documentation"),
          range("224.0.0.0/4", "multicast"),
          range("240.0.0.0/4", "reserved"),
          range("::1/128", "loopback"),
          range("::/128", "no address"),
          range("fc00::/7", "private"),
          range("fe80::/10", "link-local"),
          range("fec0::/10", "site-local"),
          range("ff00::/8", "multicast"),
          range("2001::/23", "protocol assignments"),
          range("2001:db8::/32", "documentation"),
          range("3fff::/20", "documentation"));

  private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");
  private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");
  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
  private static final Cidr TRANSLATED = Cidr.parse("::ffff:0:0:0/96");
  private static final Cidr COMPATIBLE = new Cidr("0".repeat(32), 96);
  private static final Cidr MAPPED = new Cidr("0".repeat(20) + "ffff" + "0".repeat(8), 96);

  private AddressRules() {}

  private static Range range(String cidr, String name) {
    return new Range(Cidr.parse(cidr), name);
  }

  /**
   * Why the address may not be connected to; empty where it may.
   *
   * @param granted ranges that may be, special or not
   */
  static Optional<String> objection(InetAddress address, List<Cidr> granted) {
    return objection(address.getAddress(), granted);
  }

  static Optional<String> objection(byte[] address, List<Cidr> granted) {
    if (granted.stream().anyMatch(range -> range.contains(address))) {
      return Optional.empty();
    }
    for (Range special : SPECIAL) {
      if (special.cidr().contains(address)) {
        return Optional.of(special.name());
      }
    }
    return address.length == 4 ? Optional.empty() : wide(address, granted);
  }

  private static Optional<String> wide(byte[] address, List<Cidr> granted) {
    if (SIX_TO_FOUR.contains(address)) {
      return objection(Arrays.copyOfRange(address, 2, 6), granted);
    }
    if (MAPPED.contains(address)
        || COMPATIBLE.contains(address)
        || NAT64.contains(address)
        || TRANSLATED.contains(address)) {
      return objection(Arrays.copyOfRange(address, 12, 16), granted);
    }
    if (!GLOBAL_UNICAST.contains(address)) {
      return Optional.of("not global");
    }
    return isIsatap(address)
        ? objection(Arrays.copyOfRange(address, 12, 16), granted)
        : Optional.empty();
  }

  private static boolean isIsatap(byte[] address) {
    return (address[8] & 0xFD) == 0
        && address[9] == 0
        && address[10] == 0x5E
        && (address[11] & 0xFF) == 0xFE;
  }
}
