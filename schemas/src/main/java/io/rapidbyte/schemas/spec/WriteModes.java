package io.rapidbyte.schemas.spec;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code mode}, of a stream or of a destination. */
final class WriteModes {
  private static final Map<String, WriteMode> WORDS =
      SourceSection.words(Stream.of(WriteMode.values()), WriteMode::label);

  private WriteModes() {}

  static @Nullable WriteMode read(Section section) {
    Optional<WriteMode> mode = section.get("mode").flatMap(entry -> entry.word(WORDS));
    if (mode.isEmpty()) {
      return null;
    }
    if (mode.get() == WriteMode.HISTORY || mode.get() == WriteMode.SOFT_DELETE) {
      section.problem(
          "mode", mode.get().label() + " is not available in this version; use upsert or append");
    }
    return mode.get();
  }

  /** An enum's constant as it stands in the file. */
  static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
