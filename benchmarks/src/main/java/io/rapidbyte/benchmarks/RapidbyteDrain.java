package io.rapidbyte.benchmarks;

import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.ingest.Ingest;
import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.RootAllocator;

/**
 * Ingest alone, draining the log into Kafka, exactly once.
 *
 * <p>Arguments: pipeline file, bootstrap servers, rows. With rows 0 it only makes its slot and
 * ends; with more it ends when that many rows are committed, and prints a {@link Drained} line.
 */
public final class RapidbyteDrain implements IngestObserver {
  private final long expected;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Drained.Clock clock = new Drained.Clock();
  private final AtomicLong rows = new AtomicLong();

  private RapidbyteDrain(long expected) {
    this.expected = expected;
  }

  /** Runs one drain. */
  public static void main(String[] args) throws Exception {
    PipelineSpec spec = SpecFile.load(Path.of(args[0]), System.getenv());
    RapidbyteDrain drain = new RapidbyteDrain(Long.parseLong(args[2]));
    try (RootAllocator allocator = new RootAllocator()) {
      Ingest ingest = new Ingest(spec, Map.of("bootstrap.servers", args[1]), allocator, drain);
      Thread runner = new Thread(ingest::run, "ingest");
      runner.start();
      drain.done.await();
      ingest.close();
      runner.join();
    }
  }

  @Override
  public void phase(Phase phase) {
    if (phase == Phase.STREAMING && expected == 0) {
      done.countDown();
    }
  }

  @Override
  public void position(Lsn durable, Lsn server, long newestCommitMicros) {
    if (server.compareTo(Lsn.ZERO) > 0) {
      clock.start(0); // the server has read the first transaction, or soon will have
    }
  }

  @Override
  public void committed(String stream, long committedRows, long bytes, long records) {
    long all = rows.addAndGet(committedRows);
    if (all >= expected && expected > 0 && done.getCount() > 0) {
      System.out.println(clock.stop(all).line());
      done.countDown();
    }
  }
}
