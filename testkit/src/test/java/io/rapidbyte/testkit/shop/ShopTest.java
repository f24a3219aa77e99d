package io.rapidbyte.testkit.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.oracle.Comparer;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShopTest {
  @Test
  void aBusyDayIsCountedExactlyAndAComparerSeesEveryDifference() throws Exception {
    try (EmbeddedPostgres pg = EmbeddedPostgres.start();
        Connection connection = pg.connect();
        Connection other = pg.connect()) {
      assertThat(Shop.create(connection, 20_000)).isGreaterThanOrEqualTo(20_000);
      ShopWriter writer = ShopWriter.start(pg.connect(), 7, 4_000, 0);
      ShopWriter beside = ShopWriter.start(pg.connect(), 8, 4_000, 500);
      try (writer;
          beside) {
        Eventually.until(
            "5,000 changes", Duration.ofSeconds(60), () -> writer.committedChanges() > 5_000);
        writer.pause();
        assertThat(
                writer.committedInserts() + writer.committedUpdates() + writer.committedDeletes())
            .isEqualTo(writer.committedChanges());
        writer.resume();
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE copy AS SELECT * FROM orders");
        assertThat(verdict(connection, other).inSync()).isTrue();
        statement.execute(
            "DELETE FROM copy WHERE id = 5; INSERT INTO copy SELECT -1, customer_id, status,"
                + " amount, note, placed_at FROM copy WHERE id = 6;"
                + " UPDATE copy SET note = 'x' WHERE id = 7");
        Comparer.Verdict verdict = verdict(connection, other);
        assertThat(verdict.missing()).containsExactly("(5)");
        assertThat(verdict.extra()).containsExactly("(-1)");
        assertThat(verdict.different()).hasSize(1).first().asString().startsWith("(7)");
      }
    }
  }

  private static Comparer.Verdict verdict(Connection connection, Connection other)
      throws Exception {
    return new Comparer(connection, other)
        .compare(
            new Comparer.Pair(
                "orders",
                "copy",
                Comparer.columnsOf(connection, "orders"),
                List.of("\"id\""),
                "true"));
  }
}
