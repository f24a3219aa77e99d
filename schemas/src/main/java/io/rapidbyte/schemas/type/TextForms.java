package io.rapidbyte.schemas.type;

/**
 * The text form of every type whose binary form says as much. Texts are those of a session with
 * {@link ArrowTypes#SESSION_SETTINGS}.
 */
final class TextForms {
  private TextForms() {}

  static TextForm of(Site site, PgType type) {
    return switch (type.unwrapped()) {
      case PgType.Base base -> base(site, BaseType.of(base));
      case PgType.Enumeration e -> ScalarText.RAW;
      case PgType.Array array -> new ArrayText(site, of(site, array.element()), delimiter(array));
      case PgType.Composite composite ->
          new RecordText(
              site, composite.attributes().stream().map(a -> of(site, a.type())).toList());
      case PgType.Domain domain -> throw new IllegalStateException("unwrapped: " + domain);
    };
  }

  /** What stands between the elements of an array's text. */
  static char delimiter(PgType.Array array) {
    return array.element().unwrapped() instanceof PgType.Base base
            && BaseType.of(base) == BaseType.BOX
        ? ';'
        : ',';
  }

  private static TextForm base(Site site, BaseType type) {
    return switch (type) {
      case NUMERIC -> new NumericText(site);
      case DATE, TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ, INTERVAL -> TimeText.of(site, type);
      case INET, CIDR -> new AddressText(site);
      case INT2VECTOR -> new IntVectorText(site, base(site, BaseType.INT2));
      case OIDVECTOR -> new IntVectorText(site, base(site, BaseType.OID));
      case TSVECTOR -> new LexemeText(site);
      case HSTORE -> new HstoreText(site);
      case VECTOR -> new VectorText(site);
      case POINT, LSEG, BOX, LINE, PATH, POLYGON, CIRCLE -> new ShapeText(site, type);
      case INT4RANGE, INT4MULTIRANGE -> range(site, type, BaseType.INT4);
      case INT8RANGE, INT8MULTIRANGE -> range(site, type, BaseType.INT8);
      case NUMRANGE, NUMMULTIRANGE -> range(site, type, BaseType.NUMERIC);
      case TSRANGE, TSMULTIRANGE -> range(site, type, BaseType.TIMESTAMP);
      case TSTZRANGE, TSTZMULTIRANGE -> range(site, type, BaseType.TIMESTAMPTZ);
      case DATERANGE, DATEMULTIRANGE -> range(site, type, BaseType.DATE);
      default -> ScalarText.of(site, type);
    };
  }

  private static TextForm range(Site site, BaseType type, BaseType bound) {
    return new RangeText(site, base(site, bound), type.name().endsWith("MULTIRANGE"));
  }
}
