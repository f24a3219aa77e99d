package io.rapidbyte.sink.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.duckdb.SmallDuckDb;
import io.rapidbyte.testkit.Eventually;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.kafka.SharedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A warehouse whose disk is full waits, loses nothing, and goes on when there is space again. */
final class FullDiskTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");
  private static final int GROUPS = 12;
  private static final int ROWS = 500;

  @TempDir Path directory;
  private Path disk;

  @BeforeEach
  void makeSmallDisk() throws Exception {
    disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()),
        "only who may mount can have a small disk");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", disk.toString());
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  @Test
  @Tag("chaos")
  void goesOnWhereACommitFoundTheDiskFull() throws Exception {
    fills("256MB", "duckdb/disk-full");
  }

  @Test
  void isOpenedAgainWhereDuckDbGaveUpTheDatabase() throws Exception {
    fills("1MB", "duckdb/broken");
  }

  private void fills(String checkpointAfter, String code) throws Exception {
    String name = SharedKafka.unique("full");
    Path file = disk.resolve("warehouse.duckdb");
    var pipeline = TestSpec.pipeline(name, TestSpec.duckdb(file), OnDataError.DLQ);
    try (TestLog log = new TestLog(SharedKafka.bootstrap(), name);
        RunningSink sink =
            new RunningSink(
                pipeline,
                log.client(),
                allocator -> SmallDuckDb.of(name, file, allocator, checkpointAfter),
                RunningSink.limits(ROWS))) {
      log.announce(ITEMS, 1);
      for (int group = 0; group < GROUPS; group++) {
        log.changes(incompressible(group));
      }
      Eventually.until(
          code,
          PATIENCE,
          () -> sink.watcher.retries.stream().anyMatch(error -> error.code().equals(code)));
      ErrorInfo error =
          sink.watcher.retries.stream()
              .filter(e -> e.code().equals(code))
              .findFirst()
              .orElseThrow();
      assertThat(error.line()).contains("the disk under").contains("is full").doesNotContain("\n");
      assertThat(run("mount", "-o", "remount,size=256m", disk.toString())).isTrue();
      // A commit whose answer was a failure may have been one: only the offset tells.
      long end = 2L * GROUPS;
      Eventually.until(
          "all", PATIENCE, () -> sink.watcher.groups.stream().anyMatch(g -> g.nextOffset() >= end));
      assertThat(sink.watcher.stopped).isEmpty();
      assertThat(sink.watcher.undelivered).hasValue(0);
    }
    assertThat(
            new Warehouse(file)
                .query("SELECT count(*) || ' ' || count(DISTINCT id) FROM public.items"))
        .containsExactly(GROUPS * ROWS + " " + GROUPS * ROWS);
  }

  /** About a megabyte. */
  private static TestBatch incompressible(int group) {
    Random random = new Random(group);
    TestBatch batch = TestBatch.at(ITEMS, group + 1);
    for (int i = 0; i < ROWS; i++) {
      StringBuilder text = new StringBuilder();
      while (text.length() < 2_000) {
        text.append(Long.toString(random.nextLong() >>> 1, 36));
      }
      batch.insert(Integer.toString(group * ROWS + i), "n", text.toString());
    }
    return batch;
  }
}
