package io.rapidbyte.schemas.type;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Decimals in 128 bits against BigDecimal, for every precision and scale. */
class DecimalTest {
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  private static Column numeric(int precision, int scale) {
    int typmod = new NumericTypmod(precision, scale).typmod();
    return new Column("n", new PgType.Base(1700, "numeric", typmod), true, 1, null);
  }

  @Test
  void everyPrecisionAndScaleGoesThereAndBack() {
    for (int precision = 1; precision <= 38; precision++) {
      for (int scale = 0; scale <= precision; scale++) {
        roundTrip(precision, scale, new Random(precision * 100L + scale));
      }
    }
  }

  private void roundTrip(int precision, int scale, Random random) {
    Column column = numeric(precision, scale);
    try (FieldVector vector = ArrowTypes.field(column).createVector(allocator)) {
      ColumnWriter writer = ColumnWriters.of(column, vector);
      BigDecimal[] expected = new BigDecimal[40];
      for (int row = 0; row < expected.length; row++) {
        expected[row] = decimal(random, precision, scale, row);
        byte[] text = expected[row].toPlainString().getBytes(US_ASCII);
        writer.text(row, text, 0, text.length);
      }
      vector.setValueCount(expected.length);
      CopyWriter back = CopyWriters.of(vector);
      Bytes wire = new Bytes(64);
      for (int row = 0; row < expected.length; row++) {
        assertThat(((DecimalVector) vector).getObject(row)).isEqualTo(expected[row]);
        back.write(row, wire.reset());
        writer.none(row);
        writer.binary(row, wire.array(), 4, wire.length() - 4);
        assertThat(((DecimalVector) vector).getObject(row)).isEqualTo(expected[row]);
      }
    }
  }

  private static BigDecimal decimal(Random random, int precision, int scale, int row) {
    BigInteger most = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
    BigInteger unscaled =
        switch (row) {
          case 0 -> BigInteger.ZERO;
          case 1 -> BigInteger.ONE;
          case 2 -> most;
          default -> new BigInteger(1 + random.nextInt(127), random).mod(most);
        };
    return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
  }

  @Test
  void whatDoesNotFitIsOutOfRange() {
    for (String text :
        new String[] {"1000", "100.0", "0.001", "99.991", "-1e9", "NaN", "Infinity"}) {
      Column column = numeric(4, 2);
      try (FieldVector vector = ArrowTypes.field(column).createVector(allocator)) {
        byte[] bytes = text.getBytes(US_ASCII);
        assertThatThrownBy(() -> ColumnWriters.of(column, vector).text(0, bytes, 0, bytes.length))
            .as(text)
            .isInstanceOf(RapidbyteException.class);
      }
    }
  }

  @Test
  void wideNumericsKeepTheirDigits() {
    Column column = new Column("n", new PgType.Base(1700, "numeric", -1), true, 1, null);
    Random random = new Random(7);
    try (FieldVector vector = ArrowTypes.field(column).createVector(allocator)) {
      ColumnWriter writer = ColumnWriters.of(column, vector);
      Bytes wire = new Bytes(64);
      for (int i = 0; i < 500; i++) {
        BigDecimal value =
            new BigDecimal(new BigInteger(random.nextInt(900), random), random.nextInt(200));
        byte[] text = value.toPlainString().getBytes(US_ASCII);
        writer.text(0, text, 0, text.length);
        vector.setValueCount(1);
        CopyWriters.of(vector).write(0, wire.reset());
        writer.binary(0, wire.array(), 4, wire.length() - 4);
        assertThat(vector.getObject(0)).hasToString(value.toPlainString());
      }
    }
  }
}
