package io.rapidbyte.sink.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.Permits;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.kafka.SharedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams neither wait for each other nor fall with each other. */
final class StreamsApartTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration COMMIT = Duration.ofMillis(50);
  private static final List<StreamSchema> STREAMS =
      IntStream.range(0, 4).mapToObj(i -> TestStream.simple("public", "s" + i)).toList();

  private TestLog log;
  private PipelineSpec pipeline;

  @BeforeEach
  void startLog() {
    String name = SharedKafka.unique("apart");
    log = new TestLog(SharedKafka.bootstrap(), name);
    pipeline = TestSpec.pipeline(name, TestSpec.duckdb(Path.of("unused")), OnDataError.DLQ);
    STREAMS.forEach(stream -> log.announce(stream, 1));
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  private RunningSink start(MemoryDestination destination, int groupRows) {
    return new RunningSink(
        pipeline, log.client(), allocator -> destination, RunningSink.limits(groupRows));
  }

  private static void until(String what, java.util.concurrent.Callable<Boolean> condition) {
    Eventually.until(what, PATIENCE, condition);
  }

  private static boolean hasAll(MemoryDestination destination, int rows) {
    return STREAMS.stream()
        .allMatch(stream -> destination.applied.getOrDefault(stream.stream(), 0) == rows);
  }

  /**
   * No commit returns before four are under way: one stream after the other would wait for ever.
   * That ten rounds do for forty commits is the factor that several streams gain.
   */
  @Test
  void fourStreamsCommitAtOnceThroughout() {
    int groups = 10;
    for (StreamSchema stream : STREAMS) {
      for (int i = 0; i < groups; i++) {
        log.changes(TestBatch.at(stream, i + 1).insert(Integer.toString(i), "n", "b"));
      }
    }
    MemoryDestination destination = new MemoryDestination(COMMIT, 4);
    destination.together = new CyclicBarrier(STREAMS.size());
    try (RunningSink sink = start(destination, 1)) {
      until("all applied", () -> hasAll(destination, groups));
      assertThat(sink.watcher.groups).hasSize(groups * STREAMS.size());
      assertThat(sink.watcher.retries).isEmpty();
    }
  }

  @Test
  void noMoreWorkIsDoneHereAtOnceThanThereArePermits() {
    MemoryDestination destination = new MemoryDestination(Duration.ofMillis(5), 4);
    destination.worksHere = true;
    for (int i = 0; i < 5; i++) {
      addRows(i);
    }
    try (RunningSink sink =
        new RunningSink(
            pipeline,
            log.client(),
            allocator -> destination,
            RunningSink.limits(1),
            new Permits(2))) {
      until("all applied", () -> hasAll(destination, 5));
      assertThat(sink.watcher.stopped).isEmpty();
    }
    assertThat(destination.mostAtOnce).hasValue(2);
  }

  @Test
  void anUnwritableStreamStopsAloneAndGoesOnWhenItIsMended() {
    MemoryDestination destination = new MemoryDestination(Duration.ZERO, 4);
    destination.unwritable.add("public.s1");
    for (StreamSchema stream : STREAMS) {
      log.changes(TestBatch.at(stream, 1).insert("1", "n", "b"));
    }
    try (RunningSink sink = start(destination, 1_000)) {
      until("the others applied", () -> destination.applied.size() == 3);
      until("the one stopped", () -> sink.watcher.stopped.containsKey("public.s1"));
      assertThat(sink.watcher.stop("public.s1").fix()).isEqualTo("GRANT INSERT");
      log.changes(TestBatch.at(STREAMS.get(2), 2).insert("2", "n", "b"));
      until("another goes on", () -> destination.applied.getOrDefault("public.s2", 0) == 2);
      destination.unwritable.clear();
      until("it goes on", () -> destination.applied.getOrDefault("public.s1", 0) == 1);
      until("and is told so", () -> sink.watcher.stopped.isEmpty());
    }
  }

  @Test
  void repeatsWhatFailedForAPassingReason() {
    MemoryDestination destination = new MemoryDestination(Duration.ZERO, 4);
    destination.transientFailures.set(3);
    for (StreamSchema stream : STREAMS) {
      log.changes(TestBatch.at(stream, 1).insert("1", "n", "b"));
    }
    try (RunningSink sink = start(destination, 1_000)) {
      until("all applied", () -> hasAll(destination, 1));
      assertThat(sink.watcher.retries).hasSize(3);
      assertThat(sink.watcher.stopped).isEmpty();
    }
  }

  @Test
  void whoIsFencedClaimsAgainWhereItStillOwnsThePartition() {
    MemoryDestination destination = new MemoryDestination(Duration.ZERO, 4);
    StreamSchema stream = STREAMS.getFirst();
    log.changes(TestBatch.at(stream, 1).insert("1", "n", "b"));
    try (RunningSink sink = start(destination, 1_000)) {
      until("applied", () -> destination.applied.containsKey(stream.stream()));
      destination.fence(log.topic(stream));
      log.changes(TestBatch.at(stream, 2).insert("2", "n", "b"));
      until("both once", () -> destination.applied.getOrDefault(stream.stream(), 0) == 2);
      assertThat(sink.watcher.fenced).hasValue(1);
    }
  }

  @Test
  void partitionsMoveBetweenMembersWithoutLossOrRepetition() {
    MemoryDestination destination = new MemoryDestination(Duration.ofMillis(2), 8);
    int rows = 150;
    try (RunningSink first = member(destination)) {
      for (int i = 0; i < rows / 3; i++) {
        addRows(i);
      }
      try (RunningSink second = member(destination)) {
        until("the second owns something", () -> !second.watcher.claims.isEmpty());
        for (int i = rows / 3; i < 2 * rows / 3; i++) {
          addRows(i);
        }
        until("the second takes part", () -> !second.watcher.groups.isEmpty());
      }
      for (int i = 2 * rows / 3; i < rows; i++) {
        addRows(i);
      }
      until("each row once", () -> hasAll(destination, rows));
      assertThat(first.watcher.stopped).isEmpty();
    }
  }

  private void addRows(int number) {
    log.transact(
        STREAMS.stream()
            .map(
                stream ->
                    log.record(
                        io.rapidbyte.schemas.batch.RecordKind.CHANGE,
                        TestBatch.at(stream, number + 1).insert(Integer.toString(number), "n", "b"),
                        1,
                        0))
            .toList());
  }

  private RunningSink member(MemoryDestination destination) {
    return new RunningSink(pipeline, log.client(), allocator -> destination, false);
  }
}
