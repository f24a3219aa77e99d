package io.rapidbyte.app.demo;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.board.BoardView;
import io.rapidbyte.app.board.BoardView.Snapshot;
import io.rapidbyte.app.board.BoardView.Stream;
import io.rapidbyte.app.broker.Home;
import io.rapidbyte.app.console.Console;
import io.rapidbyte.app.console.StopSignal;
import io.rapidbyte.app.run.PipelineRun;
import io.rapidbyte.app.supervise.Role;
import io.rapidbyte.app.view.Lines;
import io.rapidbyte.app.view.LiveView;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.testkit.oracle.Comparer.Verdict;
import io.rapidbyte.testkit.shop.Shop;
import io.rapidbyte.testkit.shop.ShopWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Plays the demo once, from the empty folder to the comparison. For one thread. */
public final class Demo {
  private static final long ROWS = 520_000;
  private static final double CHANGES_PER_SECOND = 6_000;
  private static final Duration TURN = Duration.ofMillis(100);

  /** How long nothing may move, at the end, before what is missing counts as lost. */
  private static final Duration STILL = Duration.ofSeconds(30);

  private final Console console;
  private final StopSignal stop;
  private final InstantSource clock;

  /** A demo that has not begun. */
  public Demo(Console console, StopSignal stop, InstantSource clock) {
    this.console = console;
    this.stop = stop;
    this.clock = clock;
  }

  /** What the pipeline's part of the demo came to. */
  private record Played(long changes, long rejected, long rowsPerSecond, double p99Millis) {}

  /**
   * Plays it.
   *
   * @param seconds how long changes are written; empty until the stop signal
   * @param folder where everything is
   * @param kept whether the folder stays
   */
  public DemoResult play(Optional<Duration> seconds, Path folder, boolean kept)
      throws IOException, SQLException {
    console.err().println("starting a Postgres and filling a shop …");
    try (DemoWorld world = DemoWorld.open(folder, kept)) {
      long rows = world.fill(ROWS);
      PipelineSpec spec = world.pipeline();
      PipelineRun.Settings settings =
          new PipelineRun.Settings(
              new Home(folder), EnumSet.allOf(Role.class), 0, clock, RandomGenerator.getDefault());
      Played played;
      try (PipelineRun run = PipelineRun.start(spec, settings)) {
        greet(world, run, rows);
        played = play(world, run, seconds);
      }
      DemoResult result = compare(world, played, rows);
      if (kept) {
        world.explain();
        console.err().println("kept in " + folder + "; README.txt there says how to open it");
      }
      return result;
    }
  }

  private void greet(DemoWorld world, PipelineRun run, long rows) {
    Path file = world.folder().resolve("pipeline.yaml");
    String home = " --home " + world.folder();
    List.of(
            "",
            "source     " + world.postgresUrl() + String.format(Locale.ROOT, "  (%,d rows)", rows),
            "kafka      " + run.kafka(),
            "status     " + run.url() + "/api/status",
            "warehouse  " + world.folder().resolve("warehouse.duckdb"),
            "",
            "try, in another terminal:",
            "  ./rapidbyte status " + file + home,
            "  ./rapidbyte tail " + file + " public.orders" + home,
            "  ./rapidbyte query "
                + file
                + " 'SELECT status, count(*) FROM public.orders GROUP BY 1'"
                + home,
            "")
        .forEach(console.err()::println);
  }

  private Played play(DemoWorld world, PipelineRun run, Optional<Duration> seconds)
      throws SQLException {
    Board board = run.board();
    SnapshotWatch watch = new SnapshotWatch(board);
    long changes;
    try (LiveView _ = LiveView.show(console, board, clock)) {
      ShopWriter writer = ShopWriter.start(world.connect(), 42, ROWS / 5, CHANGES_PER_SECOND);
      try {
        runFor(seconds, run, watch);
      } finally {
        writer.close();
      }
      changes = writer.committedChanges();
      settle(logEnd(world), run, watch);
    }
    return new Played(
        changes,
        board.view().streams().stream().mapToLong(Stream::dead).sum(),
        watch.rowsPerSecond(),
        board.latency().quantileMillis(0.99));
  }

  private void runFor(Optional<Duration> seconds, PipelineRun run, SnapshotWatch watch) {
    long deadline = System.nanoTime() + seconds.map(Duration::toNanos).orElse(Long.MAX_VALUE / 2);
    while (!stop.isWished() && System.nanoTime() < deadline) {
      failIfEnded(run);
      watch.turn(clock.millis());
    }
  }

  private static void failIfEnded(PipelineRun run) {
    Optional<Optional<ErrorInfo>> end = run.await(TURN);
    if (end.isPresent() && end.get().isPresent()) {
      throw new RapidbyteException(end.get().get());
    }
  }

  /** Waits until the warehouse has all that the source has committed, or nothing moves any more. */
  private void settle(Lsn target, PipelineRun run, SnapshotWatch watch) {
    Board board = run.board();
    BoardView before = board.view();
    long movedAt = System.nanoTime();
    while (System.nanoTime() - movedAt < STILL.toNanos()) {
      failIfEnded(run);
      watch.turn(clock.millis());
      BoardView now = board.view();
      if (isApplied(now, target)) {
        return;
      }
      if (!now.streams().equals(before.streams())) {
        movedAt = System.nanoTime();
        before = now;
      }
    }
    Lines.faults(before).forEach(console.err()::println);
  }

  private static Lsn logEnd(DemoWorld world) throws SQLException {
    try (Connection connection = world.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_flush_lsn()::text")) {
      row.next();
      return Lsn.parse(row.getString(1));
    }
  }

  private static boolean isApplied(BoardView view, Lsn target) {
    return !view.source().durable().isBefore(target)
        && view.streams().size() >= Shop.TABLES.size()
        && view.streams().stream()
            .allMatch(
                stream ->
                    stream.snapshot().map(Snapshot::done).orElse(true)
                        && stream.behind() == 0
                        && stream.hasDelivered(stream.rows()));
  }

  private DemoResult compare(DemoWorld world, Played played, long snapshotRows)
      throws SQLException {
    console.err().println("comparing source and warehouse …");
    List<Verdict> verdicts;
    try (Connection source = world.connect();
        Connection warehouse = world.warehouse()) {
      verdicts = SideBySide.compare(source, warehouse, Shop.TABLES);
    }
    return new DemoResult(
        verdicts,
        snapshotRows,
        played.changes(),
        played.rejected(),
        played.rowsPerSecond(),
        played.p99Millis());
  }
}
