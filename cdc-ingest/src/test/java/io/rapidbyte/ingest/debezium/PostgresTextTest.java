package io.rapidbyte.ingest.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.connector.postgresql.connection.DateTimeFormat;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class PostgresTextTest {
  private static final long SEED = Long.getLong("seed", 1);
  private static final double[] EDGES = {
    0.0,
    -0.0,
    1e14,
    1e15,
    Math.scalb(1.7, 56),
    1e-4,
    1e-5,
    9007199254740992.0,
    1e23,
    0.002,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    Float.MIN_VALUE,
    Float.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.1,
    1.0 / 3,
    1e5,
    1e6,
    123456.7
  };

  /** Keys are compared by their text: a digit more, and a chunk misses its row. */
  @Test
  void numbersAreWhatPostgresPrints() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    try (TestDatabase database = SharedPostgres.database();
        Connection sql = database.connect();
        PreparedStatement text = sql.prepareStatement("SELECT ?::float8::text, ?::float4::text")) {
      for (int i = 0; i < 3000; i++) {
        double value = i < EDGES.length ? EDGES[i] : number(i, random);
        float real = i % 3 == 1 ? Float.intBitsToFloat(random.nextInt()) : (float) value;
        text.setDouble(1, value);
        text.setFloat(2, real);
        try (ResultSet found = text.executeQuery()) {
          found.next();
          assertThat(PostgresText.of(value)).as("-Dseed=%d", SEED).isEqualTo(found.getString(1));
          assertThat(PostgresText.of(real)).as("-Dseed=%d", SEED).isEqualTo(found.getString(2));
        }
      }
    }
  }

  @Test
  void momentsAndDaysAreWhatPostgresPrints() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    DateTimeFormat format = DateTimeFormat.get();
    try (TestDatabase database = SharedPostgres.database();
        Connection sql = database.connect();
        PreparedStatement text =
            sql.prepareStatement(
                "SELECT at::text, (at AT TIME ZONE 'UTC')::text, at::date::text FROM (SELECT"
                    + " timestamptz '2000-01-01 UTC' + ? * interval '1 us' AS at) t")) {
      sql.createStatement().execute("SET TimeZone = 'UTC'");
      for (int i = 0; i < 1000; i++) {
        // From 4713 BC to the year 12000; every other one of whole seconds.
        long micros = random.nextLong(-211_800_000_000_000_000L, 315_000_000_000_000_000L);
        text.setLong(1, i % 2 == 0 ? micros : micros - micros % 1_000_000);
        try (ResultSet found = text.executeQuery()) {
          found.next();
          String zoned = found.getString(1);
          String local = found.getString(2);
          String day = found.getString(3);
          assertThat(PostgresText.of(format.timestampWithTimeZoneToOffsetDateTime(zoned)))
              .isEqualTo(zoned);
          assertThat(PostgresText.of(format.timestampToInstant(local))).isEqualTo(local);
          assertThat(PostgresText.of(format.date(day))).isEqualTo(day);
        }
      }
    }
  }

  /** Any bits; whole numbers, which may lie between two; powers of two, whose neighbours differ. */
  private static double number(int i, RandomGenerator random) {
    return switch (i % 3) {
      case 0 -> Double.longBitsToDouble(random.nextLong());
      case 1 -> random.nextInt(1000) * Math.pow(10, random.nextInt(30));
      default -> Math.pow(2, random.nextInt(-1074, 1024));
    };
  }
}
