package io.rapidbyte.schemas.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address in one line: {@code postgres://user:password@host:port/database?sslmode=…}, as libpq
 * takes it, or {@code jdbc:postgresql://host:port/database?user=…}, as pgjdbc does. Parts are
 * percent-decoded.
 */
final class PostgresUrl {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:jdbc:)?postgres(?:ql)?://"
              + "(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?"
              + "(?<host>\\[[0-9a-fA-F:.]+]|[^:/?,\\[\\]]*)(?::(?<port>\\d{1,5}))?"
              + "(?:/(?<database>[^?]*))?(?:\\?(?<query>.*))?");
  private static final int DEFAULT_PORT = 5432;

  private PostgresUrl() {}

  /** The address, or empty where the text is not of one of the two forms. */
  static Optional<PostgresAddress> parse(String url) {
    Matcher matcher = FORM.matcher(url);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(address(matcher));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static PostgresAddress address(Matcher matcher) {
    Map<String, String> query = query(group(matcher, "query"));
    String fromQuery = query.getOrDefault("user", "");
    query.remove("user");
    String user = group(matcher, "user").isEmpty() ? fromQuery : decode(group(matcher, "user"));
    String later = query.getOrDefault("password", "");
    query.remove("password");
    String password =
        group(matcher, "password").isEmpty() ? later : decode(group(matcher, "password"));
    String sslmode = query.getOrDefault("sslmode", "prefer");
    query.remove("sslmode");
    if (!AddressSection.SSLMODES.containsKey(sslmode)) {
      throw new IllegalArgumentException("unknown sslmode");
    }
    String port = group(matcher, "port");
    String host = group(matcher, "host");
    String database = decode(group(matcher, "database"));
    return new PostgresAddress(
        host.isEmpty() ? "localhost" : host,
        port.isEmpty() ? DEFAULT_PORT : Integer.parseInt(port),
        database.isEmpty() ? user : database,
        user,
        password.isEmpty() ? null : new Secret(password),
        sslmode,
        query);
  }

  private static String group(Matcher matcher, String name) {
    String value = matcher.group(name);
    return value == null ? "" : value;
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new TreeMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      } else if (!pair.isEmpty()) {
        throw new IllegalArgumentException("a query holds name=value pairs");
      }
    }
    return query;
  }

  private static String decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] raw = text.getBytes(UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%' && i + 2 < raw.length) {
        bytes.write(Integer.parseInt(new String(raw, i + 1, 2, UTF_8), 16));
        i += 2;
      } else {
        bytes.write(raw[i]);
      }
    }
    return bytes.toString(UTF_8);
  }
}
