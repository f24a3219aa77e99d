package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.stream.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which tables a pipeline takes, and with which settings. An exact name beats a pattern, key by
 * key; among patterns the first that names the key wins. A pattern's {@code exclude} holds for that
 * pattern alone.
 */
public final class StreamSelection {
  private final List<StreamSpec> specs;

  /** The selection that a file's {@code streams} make. */
  public StreamSelection(List<StreamSpec> specs) {
    this.specs = List.copyOf(specs);
  }

  /** The settings for {@code table}, or empty where the pipeline does not take it. */
  public Optional<StreamSpec> settingsFor(TableName table) {
    List<StreamSpec> matching = new ArrayList<>();
    for (StreamSpec spec : specs) {
      if (!spec.isPattern() && spec.table().equals(table.toString())) {
        matching.add(0, spec);
      } else if (spec.isPattern() && takes(spec, table)) {
        matching.add(spec);
      }
    }
    return matching.stream().reduce((a, b) -> merge(a, b, table));
  }

  private static boolean takes(StreamSpec spec, TableName table) {
    return matches(spec.table(), table)
        && spec.exclude().stream().noneMatch(pattern -> matches(pattern, table));
  }

  /** Whether a name or a pattern with {@code *} names {@code table}. */
  public static boolean matches(String pattern, TableName table) {
    StringBuilder regex = new StringBuilder();
    for (String literal : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(table.toString()).matches();
  }

  private static StreamSpec merge(StreamSpec strong, StreamSpec weak, TableName table) {
    return new StreamSpec(
        table.toString(),
        List.of(),
        either(strong.columns(), weak.columns()),
        either(strong.where(), weak.where()),
        either(strong.key(), weak.key()),
        either(strong.partitions(), weak.partitions()),
        either(strong.topic(), weak.topic()),
        either(strong.mode(), weak.mode()));
  }

  private static <T> @Nullable T either(@Nullable T strong, @Nullable T weak) {
    return strong == null ? weak : strong;
  }
}
