package io.rapidbyte.schemas.type;

/** OIDs of the types whose binary form we write; they are the same in every Postgres. */
final class BinaryOids {
  private BinaryOids() {}

  /** The OID, or 0 where we write the type as text. */
  static int of(BaseType type) {
    return switch (type) {
      case BOOL -> 16;
      case BYTEA -> 17;
      case NAME -> 19;
      case INT8 -> 20;
      case INT2 -> 21;
      case INT4 -> 23;
      case TEXT -> 25;
      case JSON -> 114;
      case XML -> 142;
      case FLOAT4 -> 700;
      case FLOAT8 -> 701;
      case BPCHAR -> 1042;
      case VARCHAR -> 1043;
      case DATE -> 1082;
      case TIME -> 1083;
      case TIMESTAMP -> 1114;
      case TIMESTAMPTZ -> 1184;
      case INTERVAL -> 1186;
      case NUMERIC -> 1700;
      case UUID -> 2950;
      case JSONB -> 3802;
      case JSONPATH -> 4072;
      default -> 0;
    };
  }
}
