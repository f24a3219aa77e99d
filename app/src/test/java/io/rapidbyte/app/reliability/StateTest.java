package io.rapidbyte.app.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.oracle.DeadLetters;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pipeline remembers is damaged, or of another version: it says so, and how to mend. */
@Tag("chaos")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StateTest {
  private static final int RESYNC = 7;
  private final TrialGround ground = TrialGround.open();

  @AfterAll
  void stop() {
    ground.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"no JSON at all", "{\"format\": 99}", "{\"format\": 1}"})
  void progressThatNobodyCanRead(String value) throws Exception {
    ground.ask(
        trial -> {
          inSync(trial);
          trial.stop("ingest");
          write(trial, "_rb." + trial.setup().name() + ".progress", "source", value);
          ForkedJvm ingest = trial.start("ingest", "");
          assertThat(ingest.waitFor(Duration.ofMinutes(1))).as(ingest.output()).hasValue(RESYNC);
          assertThat(ingest.output())
              .contains("_rb." + trial.setup().name() + ".progress")
              .contains("rapidbyte resync --all");
          assertThat(trial.command("resync", "--all")).isZero();
          goesOn(trial);
        });
  }

  @Test
  void aCommandThatNobodyCanRead() throws Exception {
    ground.ask(
        trial -> {
          inSync(trial);
          write(trial, "_rb." + trial.setup().name() + ".control", "id", "garbage");
          goesOn(trial);
        });
  }

  /** Bytes that are no batch, put into a stream's topic by somebody else. */
  @Test
  void aRecordOfGarbage() throws Exception {
    ground.ask(
        trial -> {
          inSync(trial);
          write(trial, trial.setup().name() + ".public.accounts", "", "\u0000\u0001garbage");
          String letters = trial.setup().name() + ".public.accounts.dlq";
          trial.await(
              "it is in the dead letters of both",
              () -> new DeadLetters(trial.setup().bootstrap(), letters).count() == 2);
          try (Ledger ledger = trial.writer(2)) {
            trial.awaitTransactions(ledger, 50);
          }
          Judgement.ofDestinations(trial);
        });
  }

  /** What destinations remember is damaged; the rows are copied again, by the command it names. */
  @Test
  void bookkeepingThatSomebodyDamaged() throws Exception {
    ground.ask(
        trial -> {
          inSync(trial);
          trial.await(
              "the warehouse is filled", () -> Judgement.hasRead(trial, "warehouse", p -> true));
          trial.stop("sink");
          trial
              .copy()
              .execute(
                  "UPDATE _rapidbyte.checkpoint SET next_offset = -1 WHERE topic LIKE '%accounts'",
                  "UPDATE _rapidbyte.owner SET pipeline = 'other' WHERE table_name = 'transfers'",
                  "INSERT INTO _rapidbyte.dead SELECT pipeline, destination, topic, partition,"
                      + " 'garbage' FROM _rapidbyte.checkpoint WHERE topic LIKE '%claims'");
          try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:" + trial.warehouse());
              Statement statement = duckDb.createStatement()) {
            statement.execute("DROP TABLE _rapidbyte.checkpoint");
            statement.execute("DROP TABLE _rapidbyte.outbox");
          }
          trial.start("sink", "");
          try (Ledger ledger = trial.writer(3)) {
            trial.awaitTransactions(ledger, 50);
          }
          for (String told :
              List.of(
                  "does not know how far",
                  "is written by stream public.transfers of pipeline other",
                  "a key in it is no JSON: garbage")) {
            try {
              trial.await(told, () -> trial.status().contains(told));
            } catch (AssertionError e) {
              throw new AssertionError(e.getMessage() + "\n" + trial.output(), e);
            }
          }
          trial.copy().execute("DELETE FROM _rapidbyte.owner WHERE table_name = 'transfers'");
          for (String table : Ledger.TABLES) {
            assertThat(trial.command("resync", "public." + table)).isZero();
          }
          goesOn(trial);
        });
  }

  private static void inSync(Trial trial) throws Exception {
    trial.start("ingest", "");
    trial.start("sink", "");
    trial.awaitTables();
  }

  private static void goesOn(Trial trial) throws Exception {
    trial.start("ingest", "");
    try (Ledger ledger = trial.writer(1)) {
      trial.awaitTransactions(ledger, 50);
    }
    Judgement.ofDestinationsAndOrder(trial);
  }

  private static void write(Trial trial, String topic, String key, String value) throws Exception {
    Map<String, Object> client = Map.of("bootstrap.servers", trial.setup().bootstrap());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] name = key.isEmpty() ? null : key.getBytes(UTF_8);
      producer.send(new ProducerRecord<>(topic, 0, name, value.getBytes(UTF_8))).get();
    }
  }
}
