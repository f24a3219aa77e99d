package io.rapidbyte.wasm.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Scheme, host and port of a URL.
 *
 * @param host in lower case; without the brackets of an IPv6 address
 */
public record Origin(String scheme, String host, int port) {
  /** Of an {@code http} or {@code https} URL; empty where it is none, or carries a user's name. */
  public static Optional<Origin> of(URI url) {
    String scheme = url.getScheme();
    String host = url.getHost();
    if (scheme == null || host == null || url.getRawUserInfo() != null) {
      return Optional.empty();
    }
    String lower = scheme.toLowerCase(Locale.ROOT);
    if (!lower.equals("http") && !lower.equals("https")) {
      return Optional.empty();
    }
    int port = url.getPort() >= 0 ? url.getPort() : lower.equals("https") ? 443 : 80;
    if (port < 1 || port > 65535) {
      return Optional.empty();
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return Optional.of(new Origin(lower, bare.toLowerCase(Locale.ROOT), port));
  }

  /** Of the text of a grant. */
  public static Optional<Origin> parse(String text) {
    try {
      return of(URI.create(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether its host is an address, not a name. */
  boolean isNumeric() {
    return host.contains(":") || host.matches("[0-9.]+");
  }

  /** For the header {@code Host}. */
  String authority() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    boolean usual = port == (scheme.equals("https") ? 443 : 80);
    return usual ? shown : shown + ":" + port;
  }

  @Override
  public String toString() {
    return scheme + "://" + authority();
  }
}
