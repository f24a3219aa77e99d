package io.rapidbyte.app.reliability;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A destination that a pipeline gets when its tables are copied already, while they are written.
 */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AddedDestinationTest {
  private final TrialGround ground = TrialGround.open();

  @AfterAll
  void stop() {
    ground.close();
  }

  @Test
  void isFilledFromTheTopics() throws Exception {
    added(trial -> {}, Judgement::of);
  }

  @Test
  void isFilledAnewWhereRetentionHasTakenTheBeginning() throws Exception {
    added(AddedDestinationTest::forget, Judgement::ofDestinations);
  }

  private void added(TrialGround.Question before, TrialGround.Question judgement) throws Exception {
    ground.ask(
        direct -> direct.with(direct.shape().withWarehouse(false)),
        trial -> {
          try (Ledger ledger = trial.writer(1)) {
            start(trial);
            trial.awaitTables();
            trial.awaitTransactions(ledger, 30);
            before.ask(trial);
          }
          trial.stop("ingest");
          trial.stop("sink");
          try (Trial more = trial.with(trial.setup().shape().withWarehouse(true))) {
            try (Ledger ledger = more.writer(2)) {
              start(more);
              more.awaitTransactions(ledger, 60);
            }
            judgement.ask(more);
          }
        });
  }

  private static void start(Trial trial) {
    trial.start("ingest", "");
    trial.start("sink", "");
  }

  /** What is in the topics now is gone. */
  private static void forget(Trial trial) throws Exception {
    Map<String, Object> client = Map.of("bootstrap.servers", trial.setup().bootstrap());
    try (Admin admin = Admin.create(client)) {
      admin
          .deleteRecords(
              trial.topics().stream()
                  .collect(
                      Collectors.toMap(
                          topic -> new TopicPartition(topic, 0),
                          _ -> RecordsToDelete.beforeOffset(-1))))
          .all()
          .get();
    }
  }
}
