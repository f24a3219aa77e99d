package io.rapidbyte.app.view;

import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.board.BoardView;
import io.rapidbyte.app.console.Console;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Shows a board while it changes, on a thread of its own: four times a second in place on a
 * terminal, every few seconds as one line elsewhere, and a line for each fault that begins or ends
 * there. Meanwhile what others write to {@code System.err} appears above the drawing.
 */
public final class LiveView implements AutoCloseable {
  private static final Duration DRAW = Duration.ofMillis(250);
  private static final Duration LINE = Duration.ofSeconds(5);

  /** Rates are over about so many drawings. */
  private static final int WINDOW = 8;

  private final Console console;
  private final Board board;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private final PrintStream stderr;
  private final java.util.ArrayDeque<Moment> moments = new java.util.ArrayDeque<>();
  private int drawn;

  private record Moment(BoardView view, Instant at) {}

  private LiveView(Console console, Board board, InstantSource clock) {
    this.console = console;
    this.board = board;
    this.clock = clock;
    this.stderr = System.err;
    this.thread = Thread.ofPlatform().daemon().name("view").unstarted(this::show);
  }

  /** Begins to show. */
  public static LiveView show(Console console, Board board, InstantSource clock) {
    LiveView view = new LiveView(console, board, clock);
    if (console.terminal()) {
      System.setErr(new PrintStream(view.new Above(), true, StandardCharsets.UTF_8));
    }
    view.thread.start();
    return view;
  }

  private void show() {
    moments.add(new Moment(board.view(), clock.instant()));
    try {
      while (!closing.await((console.terminal() ? DRAW : LINE).toMillis(), TimeUnit.MILLISECONDS)) {
        turn();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn() {
    Moment now = new Moment(board.view(), clock.instant());
    Moment before = moments.getFirst();
    Duration between = Duration.between(before.at(), now.at());
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now.at());
    if (console.terminal()) {
      draw(Lines.table(now.view(), before.view(), between, micros));
    } else {
      console.err().println(Lines.summary(now.view(), before.view(), between, micros));
      Lines.news(now.view(), before.view()).forEach(console.err()::println);
    }
    moments.add(now);
    while (moments.size() > (console.terminal() ? WINDOW : 1)) {
      moments.removeFirst();
    }
  }

  private synchronized void draw(List<String> lines) {
    StringBuilder out = new StringBuilder(clear());
    int width = console.width() - 1;
    for (String line : lines) {
      out.append(line.length() > width ? line.substring(0, width - 1) + "…" : line).append('\n');
    }
    drawn = lines.size();
    console.out().print(out);
    console.out().flush();
  }

  /** Goes up over the last drawing and wipes it. */
  private String clear() {
    return drawn == 0 ? "" : "\u001B[" + drawn + "A\u001B[J";
  }

  private synchronized void above(String text) {
    console.out().print(clear() + text);
    console.out().flush();
    drawn = 0;
  }

  /** Draws a last time and stops. Idempotent. */
  @Override
  public void close() {
    if (closing.getCount() == 0) {
      return;
    }
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    turn();
    if (console.terminal()) {
      System.setErr(stderr);
    }
  }

  /** What others write while the view is on. */
  private final class Above extends OutputStream {
    private final java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();

    @Override
    public synchronized void write(int b) {
      line.write(b);
      if (b == '\n') {
        above(line.toString(StandardCharsets.UTF_8));
        line.reset();
      }
    }
  }
}
