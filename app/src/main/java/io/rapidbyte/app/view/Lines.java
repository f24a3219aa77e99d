package io.rapidbyte.app.view;

import io.rapidbyte.app.board.BoardView;
import io.rapidbyte.app.board.BoardView.Destination;
import io.rapidbyte.app.board.BoardView.Snapshot;
import io.rapidbyte.app.board.BoardView.State;
import io.rapidbyte.app.board.BoardView.Stream;
import io.rapidbyte.app.console.TextTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A board's moment as lines for people; rates by the moment before. */
public final class Lines {
  private static final int BAR = 20;

  private Lines() {}

  /**
   * The whole view: a head, a line a stream, a line a fault.
   *
   * @param before an earlier view
   * @param between the time from it to {@code now}
   * @param nowMicros the wall clock, µs since 1970
   */
  public static List<String> table(
      BoardView now, BoardView before, Duration between, long nowMicros) {
    TextTable table = TextTable.of("STREAM", "ROWS/S", "TOTAL", "LAG", "DLQ", "");
    for (Stream stream : now.streams()) {
      long rate = perSecond(moved(now, stream) - moved(now, find(before, stream.name())), between);
      table.row(
          stream.name(),
          count(rate),
          count(moved(now, stream)),
          lag(stream, nowMicros),
          count(stream.dead()),
          remark(stream, find(before, stream.name()), between));
    }
    List<String> lines = new ArrayList<>();
    lines.add(head(now));
    lines.addAll(table.lines());
    lines.addAll(faults(now));
    return lines;
  }

  /** One line for a log. */
  public static String summary(BoardView now, BoardView before, Duration between, long nowMicros) {
    long total = now.streams().stream().mapToLong(each -> moved(now, each)).sum();
    long earlier = before.streams().stream().mapToLong(each -> moved(now, each)).sum();
    long worst =
        now.streams().stream().mapToLong(stream -> lagMillis(stream, nowMicros)).max().orElse(0);
    long dead = now.streams().stream().mapToLong(Stream::dead).sum();
    return String.format(
        Locale.ROOT,
        "%s: %s, %d streams, %s rows, %s rows/s, lag %s, %s behind in the log, %s dead letters",
        now.pipeline(),
        phase(now),
        now.streams().size(),
        count(total),
        count(perSecond(total - earlier, between)),
        millis(worst),
        TextTable.bytes(now.source().lagBytes()),
        count(dead));
  }

  /** Faults, one line each. */
  public static List<String> faults(BoardView view) {
    return faultsByPlace(view).entrySet().stream().map(Lines::fault).toList();
  }

  /**
   * What a log is told of faults: those that are new or other than before, and those that ended.
   */
  public static List<String> news(BoardView now, BoardView before) {
    Map<String, String> faults = faultsByPlace(now);
    Map<String, String> known = faultsByPlace(before);
    List<String> lines = new ArrayList<>();
    faults.entrySet().stream()
        .filter(fault -> !fault.getValue().equals(known.get(fault.getKey())))
        .map(Lines::fault)
        .forEach(lines::add);
    known.keySet().stream()
        .filter(place -> !faults.containsKey(place))
        .map(place -> place + " goes on")
        .forEach(lines::add);
    return lines;
  }

  private static String fault(Map.Entry<String, String> fault) {
    return "! " + fault.getKey() + ": " + fault.getValue();
  }

  private static Map<String, String> faultsByPlace(BoardView view) {
    Map<String, String> faults = new LinkedHashMap<>();
    view.source().fault().ifPresent(error -> faults.put("source", error.line()));
    for (Destination destination : view.destinations()) {
      destination.fault().ifPresent(error -> faults.put(destination.name(), error.line()));
    }
    for (Stream stream : view.streams()) {
      stream
          .deliveries()
          .forEach(
              (destination, delivery) ->
                  delivery
                      .fault()
                      .ifPresent(
                          error -> faults.put(stream.name() + " → " + destination, error.line())));
    }
    return faults;
  }

  private static String head(BoardView view) {
    StringBuilder head = new StringBuilder(view.pipeline()).append(" · ").append(phase(view));
    head.append(" · log ").append(view.source().durable());
    if (view.source().lagBytes() > 0) {
      head.append(", ").append(TextTable.bytes(view.source().lagBytes())).append(" behind");
    }
    for (Destination destination : view.destinations()) {
      if (destination.state() != State.RUNNING) {
        head.append(" · ").append(destination.name()).append(" ");
        head.append(label(destination.state()));
      }
    }
    return head.toString();
  }

  private static String phase(BoardView view) {
    return label(view.source().phase());
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Rows that came as far as this process brings them. */
  private static long moved(BoardView view, Stream stream) {
    boolean sinks = view.destinations().stream().anyMatch(each -> each.state() != State.STARTING);
    return sinks && stream.deliveries().isEmpty() ? 0 : stream.applied();
  }

  private static Stream find(BoardView view, String name) {
    return view.streams().stream()
        .filter(stream -> stream.name().equals(name))
        .findFirst()
        .orElse(new Stream(name, "", 0, 0, 0, 0, Optional.empty(), Optional.empty(), Map.of()));
  }

  private static String remark(Stream stream, Stream before, Duration between) {
    Optional<Snapshot> snapshot = stream.snapshot().filter(each -> !each.done());
    if (snapshot.isEmpty()) {
      return "";
    }
    long read = snapshot.get().rows();
    long rate = perSecond(read - before.snapshot().map(Snapshot::rows).orElse(0L), between);
    return bar(read, snapshot.get().estimated(), rate);
  }

  /** {@code ████████░░░░ 62 % ETA 12 s}, or the count where the whole is unknown. */
  static String bar(long rows, long estimated, long perSecond) {
    if (estimated <= 0) {
      return "snapshot " + count(rows) + " rows";
    }
    double part = Math.min(1.0, (double) rows / estimated);
    int full = (int) Math.round(part * BAR);
    String bar = "█".repeat(full) + "░".repeat(BAR - full) + " " + Math.round(part * 100) + " %";
    return perSecond <= 0 || part >= 1
        ? bar
        : bar + " ETA " + millis((estimated - rows) * 1_000 / perSecond);
  }

  private static String lag(Stream stream, long nowMicros) {
    return stream.behind() == 0 && lagMillis(stream, nowMicros) == 0
        ? "-"
        : millis(lagMillis(stream, nowMicros));
  }

  /** How old the newest applied change is while others wait; 0 where none waits. */
  public static long lagMillis(Stream stream, long nowMicros) {
    return stream.deliveries().values().stream()
        .filter(each -> each.behind() > 0 && each.lastCommitMicros() > 0)
        .mapToLong(each -> Math.max(0, (nowMicros - each.lastCommitMicros()) / 1_000))
        .max()
        .orElse(0);
  }

  private static long perSecond(long rows, Duration between) {
    return between.isZero() ? 0 : Math.max(0, rows * 1_000 / Math.max(1, between.toMillis()));
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String millis(long millis) {
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 100_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
    return millis / 60_000 + " min";
  }
}
