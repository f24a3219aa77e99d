package io.rapidbyte.app.reliability;

import io.rapidbyte.testkit.oracle.TopicReport;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the log itself says was committed: how many changes in each transaction, told by Postgres
 * through a slot of the test's own, and read with no code of the pipeline's.
 *
 * <p>Offsets by "Logical Replication Message Formats", protocol 1.
 */
final class Reference {
  private static final int FINAL_LSN = 1;

  /** What is looked at of a message; the rows themselves may be more than memory holds. */
  private static final int HEAD_BYTES = 16;

  private final TestDatabase source;
  private final String slot;

  private Reference(TestDatabase source, String slot) {
    this.source = source;
    this.slot = slot;
  }

  /** Listens from now on. */
  static Reference of(TestDatabase source, List<String> tables) throws SQLException {
    String slot = "reference_" + source.name();
    source.execute(
        "CREATE PUBLICATION reference FOR TABLE " + String.join(", ", tables),
        "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
    return new Reference(source, slot);
  }

  /**
   * How the topics differ: transactions from the first one that was streamed on, by their LSN and
   * how many changes they have here and there. The newest may be heartbeats' only.
   */
  List<String> differences(TopicReport report) throws SQLException {
    Map<Long, Long> committed = committed();
    Map<Long, Long> streamed = report.transactionSizes();
    long first = streamed.keySet().stream().min(Long::compareUnsigned).orElse(-1L);
    List<String> differences = new ArrayList<>();
    committed.forEach(
        (lsn, count) -> {
          long there = streamed.getOrDefault(lsn, 0L);
          if (Long.compareUnsigned(lsn, first) >= 0 && there != count) {
            differences.add("%X has %d changes, streamed %d".formatted(lsn, count, there));
          }
        });
    streamed.forEach(
        (lsn, count) -> {
          if (!committed.containsKey(lsn)) {
            differences.add("%X was never committed, streamed %d".formatted(lsn, count));
          }
        });
    return differences;
  }

  private Map<Long, Long> committed() throws SQLException {
    Map<Long, Long> sizes = new TreeMap<>(Long::compareUnsigned);
    try (Connection connection = source.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT substring(data FROM 1 FOR "
                    + HEAD_BYTES
                    + ") FROM pg_logical_slot_peek_binary_changes('"
                    + slot
                    + "', NULL, NULL, 'proto_version', '1', 'publication_names', 'reference')")) {
      long lsn = 0;
      while (rows.next()) {
        ByteBuffer message = ByteBuffer.wrap(rows.getBytes(1));
        if (message.get(0) == 'B') {
          lsn = message.getLong(FINAL_LSN);
        }
        long changes = changes(message);
        if (changes > 0) {
          sizes.merge(lsn, changes, Long::sum);
        }
      }
    }
    return sizes;
  }

  /** An update that names its old key is a delete and an insert. */
  private static long changes(ByteBuffer message) {
    return switch (message.get(0)) {
      case 'I', 'D' -> 1;
      case 'U' -> message.get(1 + Integer.BYTES) == 'K' ? 2 : 1;
      case 'T' -> message.getInt(1);
      default -> 0;
    };
  }
}
