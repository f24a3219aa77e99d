package io.rapidbyte.ingest.debezium;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.PgType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What Debezium cannot tell as it is, and is therefore refused. */
public final class Unfit {
  private static final String MEND =
      "leave it out by columns:, or let Rapidbyte read it: source: { postgres: { engine: native }"
          + " }";
  private static final String QUOTES = "\"'`";

  /** By OID; under a domain, too. As an element of an array or composite each is kept. */
  private static final Map<Integer, String> TYPES =
      Map.of(
          790, "of money it keeps the number alone",
          1186, "an infinite interval becomes zero, one of many hours stops it",
          1266, "a time with time zone is moved to UTC");

  private Unfit() {}

  /** Every reason not to read a stream of that shape; empty where all is well. */
  public static List<ErrorInfo> of(StreamSchema schema) {
    List<ErrorInfo> reasons = new ArrayList<>();
    Map<String, String> lower = new HashMap<>();
    for (Column column : schema.columns()) {
      of(schema.stream(), column.name(), column.type()).ifPresent(reasons::add);
      String other = lower.put(column.name().toLowerCase(Locale.ROOT), column.name());
      if (other != null) {
        reasons.add(
            refused(
                "source/debezium-name",
                "Debezium takes columns %s and %s of %s for one"
                    .formatted(other, column.name(), schema.stream())));
      }
    }
    return reasons;
  }

  /** The reason not to read a column, if there is one. */
  public static Optional<ErrorInfo> of(String stream, String column, PgType type) {
    String reason = type.unwrapped() instanceof PgType.Base base ? TYPES.get(base.oid()) : null;
    if (reason != null) {
      return Optional.of(
          refused(
              "source/debezium-type",
              "Debezium does not tell %s.%s as it is: %s".formatted(stream, column, reason)));
    }
    return isQuoted(column)
        ? Optional.of(
            refused(
                "source/debezium-name",
                "Debezium takes the quotes of column %s of %s for SQL's".formatted(column, stream)))
        : Optional.empty();
  }

  /** A type without labels of the enum kind, anywhere in the database. */
  public static ErrorInfo withoutLabels(String type) {
    return ErrorInfo.permanent(
        Category.CONFIG,
        Scope.STREAM,
        "source/debezium-type",
        "Debezium does not start in a database that has " + type + ", a domain over an enum",
        Failures.MEND);
  }

  /** A column whose type shares its name with another. */
  public static ErrorInfo takenForAnother(String stream, String column) {
    return refused(
        "source/debezium-type",
        "Debezium may take the type of %s.%s for another of that name".formatted(stream, column));
  }

  private static boolean isQuoted(String name) {
    int last = name.length() - 1;
    return last > 0 && name.charAt(0) == name.charAt(last) && QUOTES.indexOf(name.charAt(0)) >= 0;
  }

  private static ErrorInfo refused(String code, String message) {
    return ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, code, message, MEND);
  }
}
