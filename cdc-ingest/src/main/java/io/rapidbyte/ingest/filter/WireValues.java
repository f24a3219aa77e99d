package io.rapidbyte.ingest.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.condition.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Values as they stand in a {@link Tuple}.
 *
 * <p>Source of the binary forms: PostgreSQL's {@code *_send} functions.
 */
final class WireValues {
  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xC000;
  private static final int POSITIVE_INFINITY = 0xD000;
  private static final int NEGATIVE_INFINITY = 0xF000;
  private static final BigInteger BASE = BigInteger.valueOf(10_000);
  private static final int BASE_DIGITS = 4;

  private WireValues() {}

  /** The value of a column that is TEXT or BINARY. */
  static Object read(ValueKind kind, Tuple row, int column) {
    int offset = row.offset(column);
    int length = row.length(column);
    boolean characters = kind.isText() || kind == ValueKind.ENUM;
    if (row.kind(column) == Tuple.TEXT || characters) {
      return kind.parse(new String(row.bytes(), offset, length, UTF_8));
    }
    ByteBuffer bytes = ByteBuffer.wrap(row.bytes(), offset, length);
    return switch (kind) {
      case INT2 -> (long) bytes.getShort();
      case INT4, DATE -> (long) bytes.getInt();
      case INT8, TIME, TIMESTAMP, TIMESTAMPTZ -> bytes.getLong();
      case FLOAT4 -> bytes.getFloat();
      case FLOAT8 -> bytes.getDouble();
      case BOOL -> bytes.get() != 0;
      case UUID -> new UUID(bytes.getLong(), bytes.getLong());
      case NUMERIC -> numeric(bytes);
      case TEXT, BPCHAR, ENUM, UNKNOWN, OPAQUE -> true;
    };
  }

  private static Object numeric(ByteBuffer bytes) {
    int digits = Short.toUnsignedInt(bytes.getShort());
    int weight = bytes.getShort();
    int sign = Short.toUnsignedInt(bytes.getShort());
    int scale = Short.toUnsignedInt(bytes.getShort());
    return switch (sign) {
      case NAN -> Double.NaN;
      case POSITIVE_INFINITY -> Double.POSITIVE_INFINITY;
      case NEGATIVE_INFINITY -> Double.NEGATIVE_INFINITY;
      default -> finite(bytes, sign == NEGATIVE, BASE_DIGITS * (digits - weight - 1), scale);
    };
  }

  private static BigDecimal finite(ByteBuffer bytes, boolean negative, int shift, int scale) {
    BigInteger unscaled = BigInteger.ZERO;
    while (bytes.hasRemaining()) {
      unscaled = unscaled.multiply(BASE).add(BigInteger.valueOf(bytes.getShort()));
    }
    BigInteger signed = negative ? unscaled.negate() : unscaled;
    return new BigDecimal(signed, shift).setScale(scale);
  }
}
