package io.rapidbyte.schemas.type;

/** Type names with their typmods, as they stand in DDL. */
final class Typmods {
  private static final int LENGTH_HEADER = 4;
  private static final int INTERVAL_FULL_RANGE = 0x7fff;
  private static final int INTERVAL_FULL_PRECISION = 0xffff;

  private Typmods() {}

  static String ddl(BaseType type, int typmod) {
    String name = type.catalogName();
    return switch (type) {
      case NUMERIC ->
          NumericTypmod.of(typmod)
              .map(t -> name + "(" + t.precision() + "," + t.scale() + ")")
              .orElse(name);
      case VARCHAR -> typmod < LENGTH_HEADER ? name : name + "(" + (typmod - LENGTH_HEADER) + ")";
      // character without a length is character(1); bpchar is of any length
      case BPCHAR ->
          typmod < LENGTH_HEADER ? "bpchar" : name + "(" + (typmod - LENGTH_HEADER) + ")";
      // bit without a length is bit(1)
      case BIT -> typmod < 1 ? BaseType.VARBIT.catalogName() : name + "(" + typmod + ")";
      case VARBIT -> typmod < 1 ? name : name + "(" + typmod + ")";
      case TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ ->
          typmod < 0 ? name : name.replaceFirst(" ", "(" + typmod + ") ");
      case INTERVAL -> interval(name, typmod);
      default -> name;
    };
  }

  private static String interval(String name, int typmod) {
    int precision = typmod & INTERVAL_FULL_PRECISION;
    boolean whole = (typmod >> 16 & INTERVAL_FULL_RANGE) == INTERVAL_FULL_RANGE;
    return typmod < 0 || !whole || precision > 6 ? name : name + "(" + precision + ")";
  }
}
