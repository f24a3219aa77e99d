package io.rapidbyte.app.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class WorkerTest {
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final CompletableFuture<Optional<ErrorInfo>> end = new CompletableFuture<>();

  /** Runs as told and counts. */
  private final class ScriptedJob implements Job {
    private final Runnable script;
    private final CountDownLatch closed = new CountDownLatch(1);

    ScriptedJob(Runnable script) {
      this.script = script;
    }

    @Override
    public void run() {
      runs.incrementAndGet();
      script.run();
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private Worker worker(Runnable script) {
    Worker.Watcher watcher =
        new Worker.Watcher() {
          @Override
          public void retrying(String worker, ErrorInfo error, Duration wait) {
            retries.incrementAndGet();
          }

          @Override
          public void ended(String worker, Optional<ErrorInfo> error) {
            end.complete(error);
          }
        };
    Worker worker =
        new Worker("worker", () -> new ScriptedJob(script), watcher, RandomGenerator.getDefault());
    worker.start();
    return worker;
  }

  @Test
  void startsAgainAfterAPassingFault() throws Exception {
    CountDownLatch well = new CountDownLatch(1);
    Worker worker =
        worker(
            () -> {
              if (runs.get() < 3) {
                throw new RapidbyteException(
                    ErrorInfo.passing(
                        Category.TRANSIENT, Scope.STREAM, "source/x", "x", Backoff.FAST));
              }
              well.countDown();
            });
    assertThat(well.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(retries).hasValue(2);
    worker.close();
    assertThat(end.get(10, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void endsAtAFaultThatOnlyAPersonCanMend() throws Exception {
    ErrorInfo error =
        ErrorInfo.permanent(Category.AUTH, Scope.STREAM, "source/login", "no", "grant it");
    worker(
        () -> {
          throw new RapidbyteException(error);
        });
    assertThat(end.get(10, TimeUnit.SECONDS)).contains(error);
    assertThat(runs).hasValue(1);
  }

  @Test
  void countsADefectAsInternalAndEnds() throws Exception {
    worker(
        () -> {
          throw new IllegalStateException("oops");
        });
    assertThat(end.get(10, TimeUnit.SECONDS).orElseThrow().category()).isEqualTo(Category.INTERNAL);
  }

  @Test
  void closesWhileItWaitsToTryAgain() throws Exception {
    Worker worker =
        worker(
            () -> {
              throw new RapidbyteException(
                  ErrorInfo.passing(
                      Category.TRANSIENT, Scope.STREAM, "source/x", "x", Backoff.SLOW));
            });
    worker.close();
    assertThat(end.get(4, TimeUnit.SECONDS)).isEmpty();
    assertThat(worker.join(Duration.ofSeconds(1))).isTrue();
  }
}
