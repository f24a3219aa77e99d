package io.rapidbyte.schemas.type;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code columns: [{name: …, as: …}]} may say, as the Postgres type that stands for it. */
public final class ColumnOverride {
  private static final Pattern DECIMAL =
      Pattern.compile("(?:decimal|numeric)\\s*\\(\\s*(\\d{1,4})\\s*(?:,\\s*(\\d{1,4})\\s*)?\\)");

  /** What may be written, as a sentence for a person. */
  public static final String CHOICES =
      "write one of decimal(p,s) with p up to 38, text, smallint, integer, bigint, real, double";

  private ColumnOverride() {}

  /** Whether {@code as} names a type. */
  public static boolean isKnown(String as) {
    try {
      parse("", as);
      return true;
    } catch (RapidbyteException _) {
      return false;
    }
  }

  /**
   * The type that {@code as} names.
   *
   * @throws RapidbyteException {@code config/unknown-column-type} where it names none
   */
  static PgType.Base parse(String column, String as) {
    String word = as.strip().toLowerCase(Locale.ROOT);
    Matcher decimal = DECIMAL.matcher(word);
    if (decimal.matches()) {
      int precision = Integer.parseInt(decimal.group(1));
      int scale = decimal.group(2) == null ? 0 : Integer.parseInt(decimal.group(2));
      NumericTypmod typmod = new NumericTypmod(precision, scale);
      if (precision < 1 || !typmod.fitsDecimal128()) {
        throw unknown(column, as);
      }
      return new PgType.Base(1700, "numeric", typmod.typmod());
    }
    return switch (word) {
      case "text", "string", "utf8" -> new PgType.Base(25, "text", -1);
      case "smallint", "int2", "int16" -> new PgType.Base(21, "smallint", -1);
      case "integer", "int", "int4", "int32" -> new PgType.Base(23, "integer", -1);
      case "bigint", "int8", "int64" -> new PgType.Base(20, "bigint", -1);
      case "real", "float4", "float32" -> new PgType.Base(700, "real", -1);
      case "double precision", "double", "float8", "float64" ->
          new PgType.Base(701, "double precision", -1);
      default -> throw unknown(column, as);
    };
  }

  private static RapidbyteException unknown(String column, String as) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            "config/unknown-column-type",
            "column " + column + " cannot be taken as " + as,
            CHOICES));
  }
}
