package io.rapidbyte.app.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.oracle.Comparer;
import io.rapidbyte.testkit.oracle.DeadLetters;
import io.rapidbyte.testkit.oracle.TopicOracle;
import io.rapidbyte.testkit.oracle.TopicReport;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The four invariants, asked of a pipeline whose writer rests: both destinations hold what the
 * source holds; the topics hold each {@code (lsn, ordinal)} once and in order; what the copy does
 * not hold is what it refused, and is in the dead letters; the topics hold exactly the transactions
 * that the log has, each whole.
 */
final class Judgement {
  private static final Duration READ = Duration.ofSeconds(20);

  private final Trial trial;

  private Judgement(Trial trial) {
    this.trial = trial;
  }

  /**
   * Waits until the destinations are there, and judges. Ends the sink's process, since DuckDB lets
   * one process open its file.
   *
   * @throws AssertionError with what the workers printed
   */
  static TopicReport of(Trial trial) throws Exception {
    return of(trial, List.of("sink"));
  }

  /** The same where the sink's processes have other names. */
  static TopicReport of(Trial trial, List<String> sinks) throws Exception {
    try {
      Judgement judgement = new Judgement(trial);
      judgement.destinations(sinks);
      return judgement.topics();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + trial.output(), e);
    }
  }

  /** The same without what the log has: its witness stayed on a server that is gone. */
  static TopicReport ofDestinationsAndOrder(Trial trial) throws Exception {
    try {
      Judgement judgement = new Judgement(trial);
      judgement.destinations(List.of("sink"));
      return judgement.order();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + trial.output(), e);
    }
  }

  /** The destinations alone: there are records in the topics that are not the pipeline's. */
  static void ofDestinations(Trial trial) throws Exception {
    try {
      Judgement judgement = new Judgement(trial);
      judgement.destinations(List.of("sink"));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + trial.output(), e);
    }
  }

  /**
   * What any reader of the topics may see while ingest is dead: nothing torn or twice, once the
   * markers of its last commit have reached every partition.
   */
  static void ofTopicsNow(Trial trial) {
    TopicOracle oracle = new TopicOracle(trial.setup().bootstrap());
    List<String> gaps = new ArrayList<>();
    try {
      Eventually.until(
          "whole transactions, but for a chunked one",
          READ,
          () -> {
            TopicReport report = oracle.read(trial.topics(), READ);
            assertThat(report.violations()).isEmpty();
            gaps.clear();
            gaps.addAll(report.gaps());
            return gaps.size() < 2;
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + " " + gaps + "\n" + trial.output(), e);
    }
  }

  private void destinations(List<String> sinks) throws SQLException {
    List<String> wrong = new ArrayList<>();
    try {
      trial.await(
          "the copy is in sync",
          () -> {
            wrong.clear();
            wrong.addAll(wrong(trial.copy().connect(), true));
            return wrong.isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + wrong + "\n" + trial.status(), e);
    }
    // Before the sink is stopped: what it was given and has not sent yet it still sends.
    letters();
    if (trial.setup().shape().warehouse()) {
      warehouse(sinks);
    }
  }

  private void warehouse(List<String> sinks) {
    trial.await("the warehouse has read", this::warehouseHasRead);
    Eventually.until(
        "the warehouse is in sync",
        Trial.PATIENCE,
        () -> {
          sinks.forEach(trial::stop);
          Connection duckDb = DriverManager.getConnection("jdbc:duckdb:" + trial.warehouse());
          if (wrong(duckDb, false).isEmpty()) {
            return true;
          }
          trial.start(sinks.getFirst(), "");
          trial.await("the warehouse has read", this::warehouseHasRead);
          return false;
        });
  }

  private List<String> wrong(Connection destination, boolean refuses) throws SQLException {
    try (destination;
        Connection source = trial.source().connect()) {
      List<String> wrong = new ArrayList<>();
      for (Map.Entry<String, String> each : trial.compared().entrySet()) {
        boolean refused = refuses && each.getKey().equals("claims");
        Comparer.Pair pair =
            pair(source, "public." + each.getKey()).where(refused ? "n >= 0" : each.getValue());
        Comparer.Verdict verdict = new Comparer(source, destination).compare(pair);
        if (!verdict.inSync()) {
          wrong.add(verdict.toString());
        }
      }
      return wrong;
    }
  }

  /**
   * Rows of a table without a key are compared whole; columns that nothing stores are in no log.
   */
  private static Comparer.Pair pair(Connection source, String name) throws SQLException {
    String[] virtual = virtual(source, name);
    if (!Comparer.keyOf(source, name).isEmpty()) {
      return Comparer.Pair.whole(source, name, name).without(virtual);
    }
    List<String> columns = Comparer.columnsOf(source, name);
    return new Comparer.Pair(name, name, columns, columns, "true").without(virtual);
  }

  private static String[] virtual(Connection source, String name) throws SQLException {
    List<String> virtual = new ArrayList<>();
    try (var select =
        source.prepareStatement(
            "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attgenerated = 'v'"
                + " AND NOT attisdropped")) {
      select.setString(1, name);
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          virtual.add('"' + rows.getString(1) + '"');
        }
      }
    }
    return virtual.toArray(String[]::new);
  }

  private boolean warehouseHasRead() throws Exception {
    return hasRead(trial, "warehouse", partition -> true);
  }

  /**
   * Whether a destination has read its topics to their ends, as far as it tells Kafka.
   *
   * @param which partitions are asked about
   */
  static boolean hasRead(Trial trial, String destination, Predicate<TopicPartition> which)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", trial.setup().bootstrap()))) {
      Map<TopicPartition, OffsetAndMetadata> told =
          admin
              .listConsumerGroupOffsets(trial.setup().name() + ".sink." + destination)
              .partitionsToOffsetAndMetadata()
              .get(20, TimeUnit.SECONDS);
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      admin
          .describeTopics(trial.topics())
          .allTopicNames()
          .get(20, TimeUnit.SECONDS)
          .values()
          .forEach(
              topic ->
                  topic.partitions().stream()
                      .map(info -> new TopicPartition(topic.name(), info.partition()))
                      .filter(which)
                      .forEach(partition -> asked.put(partition, OffsetSpec.latest())));
      Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends =
          admin.listOffsets(asked).all().get(20, TimeUnit.SECONDS);
      return ends.entrySet().stream()
          .allMatch(
              end -> {
                OffsetAndMetadata offset = told.get(end.getKey());
                return offset != null && offset.offset() >= end.getValue().offset();
              });
    }
  }

  private void letters() throws SQLException {
    Set<String> refused = new TreeSet<>();
    try (Connection source = trial.source().connect();
        var statement = source.createStatement();
        var rows = statement.executeQuery("SELECT id FROM claims WHERE n < 0")) {
      while (rows.next()) {
        refused.add(rows.getString(1));
      }
    }
    DeadLetters letters =
        new DeadLetters(trial.setup().bootstrap(), trial.setup().name() + ".public.claims.dlq");
    try {
      Eventually.until(
          "delivered and dead letters are everything",
          Duration.ofSeconds(30),
          () -> letters.rows().equals(refused));
    } catch (AssertionError e) {
      assertThat(letters.rows()).as(e.getMessage()).isEqualTo(refused);
    }
  }

  private TopicReport topics() throws SQLException {
    TopicReport report = order();
    assertThat(trial.reference().differences(report)).as("what the log has").isEmpty();
    return report;
  }

  private TopicReport order() {
    TopicReport report = new TopicOracle(trial.setup().bootstrap()).read(trial.topics(), READ);
    assertThat(report.violations()).as("each position once and in order").isEmpty();
    assertThat(report.gaps()).as("whole transactions").isEmpty();
    assertThat(report.chunking()).as("marks of transactions in pieces").isEmpty();
    return report;
  }
}
