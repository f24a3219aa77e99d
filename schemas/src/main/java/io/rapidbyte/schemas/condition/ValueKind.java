package io.rapidbyte.schemas.condition;

import io.rapidbyte.schemas.type.PgType;
import java.util.Optional;

/**
 * What a value is while a condition is evaluated, and its Java form.
 *
 * <p>The numeric kinds stand in the order in which Postgres turns one into the next by itself.
 */
public enum ValueKind {
  /** {@link Long}, of its width. */
  INT2,
  INT4,
  INT8,
  /** {@link java.math.BigDecimal}, or {@link Double} for NaN and the infinities. */
  NUMERIC,
  /** {@link Float}. */
  FLOAT4,
  /** {@link Double}. */
  FLOAT8,
  /** {@link Boolean}. */
  BOOL,
  /** {@link String}. */
  TEXT,
  /** {@link String}; blanks at its end do not count in comparisons. */
  BPCHAR,
  /** {@link String}: the label. */
  ENUM,
  /** {@link Long}: days since 2000-01-01; the int's ends for the infinities. */
  DATE,
  /** {@link Long}: microseconds since midnight. */
  TIME,
  /** {@link Long}: microseconds since 2000-01-01; the long's ends for the infinities. */
  TIMESTAMP,
  /** As TIMESTAMP, in UTC. */
  TIMESTAMPTZ,
  /** {@link java.util.UUID}. */
  UUID,
  /** A string literal or NULL whose type its surroundings decide; {@link String}. */
  UNKNOWN,
  /** Any other type: only whether it is NULL can be asked. */
  OPAQUE;

  boolean isNumber() {
    return compareTo(FLOAT8) <= 0;
  }

  boolean isInteger() {
    return compareTo(INT8) <= 0;
  }

  /** Whether its values are characters that have an order of their own. */
  public boolean isText() {
    return this == TEXT || this == BPCHAR;
  }

  /**
   * The value that Postgres's text form stands for.
   *
   * @throws IllegalArgumentException where it is none of this kind, or written in a way that only
   *     Postgres reads; the message says so
   */
  public Object parse(String text) {
    return TextValues.parse(this, text);
  }

  /** The kind of a column's values. */
  public static ValueKind of(PgType type) {
    return switch (type.unwrapped()) {
      case PgType.Enumeration ignored -> ENUM;
      case PgType.Base base -> ofOid(base.oid()).orElse(OPAQUE);
      default -> OPAQUE;
    };
  }

  private static Optional<ValueKind> ofOid(int oid) {
    return switch (oid) {
      case 16 -> Optional.of(BOOL);
      case 20 -> Optional.of(INT8);
      case 21 -> Optional.of(INT2);
      case 23 -> Optional.of(INT4);
      case 25, 1043 -> Optional.of(TEXT);
      case 700 -> Optional.of(FLOAT4);
      case 701 -> Optional.of(FLOAT8);
      case 1042 -> Optional.of(BPCHAR);
      case 1082 -> Optional.of(DATE);
      case 1083 -> Optional.of(TIME);
      case 1114 -> Optional.of(TIMESTAMP);
      case 1184 -> Optional.of(TIMESTAMPTZ);
      case 1700 -> Optional.of(NUMERIC);
      case 2950 -> Optional.of(UUID);
      default -> Optional.empty();
    };
  }
}
