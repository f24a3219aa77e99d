package io.rapidbyte.schemas.spec;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a pipeline file may set of Kafka's clients: how to connect and who one is. Not what names a
 * class to load, for a client loads whatever it is told to; and not what the exactly-once protocol
 * rests upon.
 */
final class ClientProperties {
  private static final Pattern TAKEN =
      Pattern.compile(
          "security\\.protocol|client\\.(dns\\.lookup|rack)|request\\.timeout\\.ms"
              + "|default\\.api\\.timeout\\.ms|connections\\.max\\.idle\\.ms|metadata\\.max\\.age\\.ms"
              + "|(reconnect|retry)\\.backoff(\\.max)?\\.ms|socket\\.connection\\.setup\\.timeout(\\.max)?\\.ms"
              + "|(send|receive)\\.buffer\\.bytes"
              + "|ssl\\.(protocol|enabled\\.protocols|cipher\\.suites|endpoint\\.identification\\.algorithm"
              + "|key(store)?\\.(type|location|password|key|certificate\\.chain)|key\\.password"
              + "|truststore\\.(type|location|password|certificates))"
              + "|sasl\\.(mechanism|jaas\\.config|kerberos\\.[a-z.]+|login\\.[a-z.]+\\.(seconds|factor|jitter|ms))");

  private static final Set<String> LOGIN_MODULES =
      Set.of(
          "org.apache.kafka.common.security.plain.PlainLoginModule",
          "org.apache.kafka.common.security.scram.ScramLoginModule",
          "com.sun.security.auth.module.Krb5LoginModule");

  private ClientProperties() {}

  /** Why a property is not taken; never its value, which may be a secret. */
  static Optional<String> problem(String name, String value) {
    if (!TAKEN.matcher(name).matches()) {
      return Optional.of(
          "is not a client property that a pipeline may set; it may say how to connect"
              + " (security.protocol, sasl.mechanism, sasl.jaas.config, ssl.*, timeouts)");
    }
    if (name.equals("sasl.jaas.config") && !namesKnownModule(value)) {
      return Optional.of(
          "names no login module that is taken: PlainLoginModule, ScramLoginModule or"
              + " Krb5LoginModule, by its full name");
    }
    if (name.equals("ssl.endpoint.identification.algorithm")
        && !value.toLowerCase(Locale.ROOT).equals("https")) {
      return Optional.of("would accept any host's certificate; leave it out");
    }
    return Optional.empty();
  }

  private static boolean namesKnownModule(String value) {
    String text = value.strip();
    boolean one = text.indexOf(';') == text.length() - 1;
    return one && LOGIN_MODULES.stream().anyMatch(module -> text.startsWith(module + " "));
  }
}
