package io.rapidbyte.schemas.spec;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts in what {@code ${env:NAME}} and {@code ${file:PATH}} stand for. */
final class References {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)}");
  private static final String ENV = "env:";
  private static final String FILE = "file:";

  private final Function<String, @Nullable String> env;
  private final Function<String, Optional<String>> files;

  References(Function<String, @Nullable String> env, Function<String, Optional<String>> files) {
    this.env = env;
    this.files = files;
  }

  /** A text after references were put in; {@code resolved} ones must not be shown. */
  record Text(String value, boolean resolved) {
    /** For messages. */
    String shown() {
      return resolved ? "the resolved value" : '"' + value + '"';
    }
  }

  /** A reference that leads nowhere; the message says which and what to do. */
  static final class Unresolved extends Exception {
    private static final long serialVersionUID = 1L;

    Unresolved(String message) {
      super(message);
    }
  }

  static boolean in(String raw) {
    return REFERENCE.matcher(raw).find();
  }

  Text expand(String raw) throws Unresolved {
    Matcher matcher = REFERENCE.matcher(raw);
    StringBuilder out = new StringBuilder();
    boolean resolved = false;
    while (matcher.find()) {
      matcher.appendReplacement(out, Matcher.quoteReplacement(resolve(matcher.group(1))));
      resolved = true;
    }
    return new Text(matcher.appendTail(out).toString(), resolved);
  }

  private String resolve(String reference) throws Unresolved {
    if (reference.startsWith(ENV)) {
      String name = reference.substring(ENV.length());
      String value = env.apply(name);
      if (value == null) {
        throw new Unresolved("${" + reference + "} is not set; export " + name + "=… first");
      }
      return value;
    }
    if (reference.startsWith(FILE)) {
      return files
          .apply(reference.substring(FILE.length()))
          .map(String::stripTrailing)
          .orElseThrow(() -> new Unresolved("${" + reference + "} cannot be read"));
    }
    throw new Unresolved("${" + reference + "} is neither ${env:NAME} nor ${file:PATH}");
  }
}
