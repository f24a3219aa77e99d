package io.rapidbyte.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.oracle.CommittedRecords;
import io.rapidbyte.testkit.process.ForkedJvm;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the application writes into the log beside its tables. */
class LogicalMessagesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Fixture fixture = new Fixture();

  @BeforeEach
  void table() throws Exception {
    fixture.run("CREATE TABLE t (id int PRIMARY KEY)");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static String emit(boolean transactional, String prefix, String content) {
    return "SELECT pg_logical_emit_message(%s, '%s', '%s')"
        .formatted(transactional, prefix, content);
  }

  private List<String> messages() {
    return records().stream()
        .map(
            record ->
                new String(record.key(), UTF_8)
                    + "="
                    + new String(record.value(), UTF_8)
                    + " "
                    + header(record, "rb-transactional"))
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> records() {
    return CommittedRecords.of(SharedKafka.bootstrap(), fixture.spec().topics().messages());
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  @Test
  void areDeliveredButOurOwnAndThoseOfAbortedTransactions() throws Exception {
    try (var _ = fixture.ingest().streaming()) {
      fixture.transaction(
          "INSERT INTO t VALUES (1)", emit(true, "app", "in"), "INSERT INTO t VALUES (2)");
      fixture.run("BEGIN; " + emit(true, "app", "never") + "; ROLLBACK");
      fixture.run(emit(true, "rapidbyte.other", "a mark"));
      fixture.run(emit(false, "app", "alone"), emit(true, "", "no prefix"));
      Fixture.until(() -> messages().size() >= 3);
      assertThat(messages()).containsExactly("app=in true", "app=alone false", "=no prefix true");
      TopicRows rows = fixture.awaitRows("t", 2);
      String position = rows.rows().getFirst().record().first().toString();
      assertThat(header(records().getFirst(), "rb-first"))
          .isEqualTo(position.substring(0, position.lastIndexOf('/')) + "/1");
    }
  }

  @Test
  @Tag("chaos")
  void comeOnceHoweverOftenIngestIsKilled() throws Exception {
    fixture.limits(StreamingTest.limits(64_000));
    try (var _ = fixture.ingest().streaming()) {
      fixture.run(emit(false, "app", "0"));
      Fixture.until(() -> messages().size() == 1);
    }
    String large =
        "SELECT pg_logical_emit_message(true, 'app', g || repeat('x', 30000)) FROM"
            + " generate_series(1, 10) g";
    fixture.transaction("INSERT INTO t VALUES (1)", large, "INSERT INTO t VALUES (2)");
    fixture.run(emit(false, "app", "11"), emit(true, "app", "12"));
    for (String failpoint : List.of("src.chunk:2", "src.committed:2", "src.acked:1")) {
      try (ForkedJvm doomed = fork(failpoint)) {
        assertThat(doomed.waitFor(PATIENCE)).as(doomed.output()).hasValue(Failpoint.EXIT_CODE);
      }
    }
    try (var _ = fixture.ingest().streaming()) {
      fixture.run(emit(true, "app", "13"));
      Fixture.until(() -> messages().stream().anyMatch(m -> m.startsWith("app=13")));
    }
    assertThat(messages().stream().map(m -> m.replaceAll("app=|x| true| false", "")))
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13");
    assertThat(fixture.topic("t").rows()).hasSize(2);
  }

  private ForkedJvm fork(String failpoint) {
    return ForkedJvm.start(
        ForkedJvm.Options.of(
                IngestMain.class.getName(),
                fixture.name,
                fixture.slot(),
                fixture.database.host(),
                Integer.toString(fixture.database.port()),
                fixture.database.name(),
                fixture.database.user(),
                fixture.database.password(),
                SharedKafka.bootstrap(),
                "64000",
                "NEVER")
            .heap("256m")
            .flag("-XX:TieredStopAtLevel=1")
            .with("fp", failpoint));
  }
}
