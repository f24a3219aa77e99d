package io.rapidbyte.schemas.type;

import java.util.HashMap;
import java.util.Map;

/** The types without structure that the codec knows, by the name the catalog prints. */
enum BaseType {
  BOOL("boolean", "bool"),
  INT2("smallint", "int2"),
  INT4("integer", "int4"),
  INT8("bigint", "int8"),
  FLOAT4("real", "float4"),
  FLOAT8("double precision", "float8"),
  NUMERIC("numeric"),
  TEXT("text"),
  VARCHAR("character varying", "varchar"),
  BPCHAR("character", "bpchar"),
  NAME("name"),
  CHAR("\"char\"", "char"),
  XML("xml"),
  CITEXT("citext"),
  BYTEA("bytea"),
  DATE("date"),
  TIME("time without time zone", "time"),
  TIMETZ("time with time zone", "timetz"),
  TIMESTAMP("timestamp without time zone", "timestamp"),
  TIMESTAMPTZ("timestamp with time zone", "timestamptz"),
  INTERVAL("interval"),
  UUID("uuid"),
  JSON("json"),
  JSONB("jsonb"),
  JSONPATH("jsonpath"),
  BIT("bit"),
  VARBIT("bit varying", "varbit"),
  INET("inet"),
  CIDR("cidr"),
  MACADDR("macaddr"),
  MACADDR8("macaddr8"),
  OID("oid"),
  XID("xid"),
  CID("cid"),
  XID8("xid8"),
  TID("tid"),
  PG_LSN("pg_lsn"),
  INT2VECTOR("int2vector"),
  OIDVECTOR("oidvector"),
  TSVECTOR("tsvector"),
  POINT("point"),
  LSEG("lseg"),
  BOX("box"),
  LINE("line"),
  PATH("path"),
  POLYGON("polygon"),
  CIRCLE("circle"),
  INT4RANGE("int4range"),
  INT8RANGE("int8range"),
  NUMRANGE("numrange"),
  TSRANGE("tsrange"),
  TSTZRANGE("tstzrange"),
  DATERANGE("daterange"),
  INT4MULTIRANGE("int4multirange"),
  INT8MULTIRANGE("int8multirange"),
  NUMMULTIRANGE("nummultirange"),
  TSMULTIRANGE("tsmultirange"),
  TSTZMULTIRANGE("tstzmultirange"),
  DATEMULTIRANGE("datemultirange"),
  HSTORE("hstore"),
  LTREE("ltree"),
  VECTOR("vector"),
  GEOMETRY("geometry"),
  GEOGRAPHY("geography"),
  /** Built in, but its binary form does not say what its text form says; travels as text. */
  TEXT_ONLY(
      "money",
      "tsquery",
      "regclass",
      "regtype",
      "regproc",
      "regprocedure",
      "regoper",
      "regoperator",
      "regrole",
      "regnamespace",
      "regconfig",
      "regdictionary",
      "regcollation",
      "pg_snapshot",
      "txid_snapshot",
      "aclitem"),
  /** Anything else: a type of an extension or a user. */
  UNKNOWN;

  private static final Map<String, BaseType> BY_NAME = new HashMap<>();

  static {
    for (BaseType type : values()) {
      for (String name : type.names) {
        BY_NAME.put(name, type);
      }
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // never written again, never handed out
  private final String[] names;

  BaseType(String... names) {
    this.names = names;
  }

  /** The OID from which on types are not Postgres's own ({@code FirstNormalObjectId}). */
  private static final int FIRST_NORMAL_OID = 16_384;

  static BaseType of(String name) {
    return BY_NAME.getOrDefault(name, UNKNOWN);
  }

  /** A user may have named a type as one of Postgres's own is named; the OID tells them apart. */
  static BaseType of(PgType.Base type) {
    BaseType known = of(type.name());
    boolean users = Integer.compareUnsigned(type.oid(), FIRST_NORMAL_OID) >= 0;
    return known.builtIn() && users ? UNKNOWN : known;
  }

  /** The name that the catalog prints. */
  String catalogName() {
    return names[0];
  }

  /** Whether every Postgres has the type, without an extension. */
  boolean builtIn() {
    return switch (this) {
      case CITEXT, HSTORE, LTREE, VECTOR, GEOMETRY, GEOGRAPHY, UNKNOWN -> false;
      default -> true;
    };
  }
}
