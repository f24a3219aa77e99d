package io.rapidbyte.app.reliability;

import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Postgres that holds the sources and copies of a class's trials, each in databases of its own
 * that are dropped behind it.
 */
final class TrialGround implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final AtomicInteger count = new AtomicInteger();

  private TrialGround(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static TrialGround open() {
    return open(EmbeddedPostgres.Options.defaults());
  }

  static TrialGround open(EmbeddedPostgres.Options options) {
    return new TrialGround(EmbeddedPostgres.start(options));
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  /** What a test does with a fresh trial. */
  interface Question {
    void ask(Trial trial) throws Exception;
  }

  /** What is special about a trial. */
  interface Preparation {
    Trial.Setup of(Trial.Setup direct);
  }

  /** Asks on the shared broker. */
  void ask(Question question) throws Exception {
    ask(direct -> direct, question);
  }

  /** Asks a trial that was prepared. */
  void ask(Preparation preparation, Question question) throws Exception {
    int number = count.incrementAndGet();
    Path home = Files.createTempDirectory("rapidbyte-trial");
    Trial.Setup direct =
        new Trial.Setup(
            SharedKafka.unique("trial"),
            home,
            SharedKafka.bootstrap(),
            postgres.port(),
            postgres.port(),
            Trial.Shape.PLAIN);
    try (TestDatabase source = TestDatabase.create(postgres, "source_" + number);
        TestDatabase copy = TestDatabase.create(postgres, "copy_" + number);
        Trial trial = trial(preparation.of(direct), source, copy)) {
      question.ask(trial);
    }
  }

  private static Trial trial(Trial.Setup setup, TestDatabase source, TestDatabase copy)
      throws SQLException, IOException {
    return new Trial(setup, source, copy);
  }

  @Override
  public void close() {
    postgres.close();
  }
}
