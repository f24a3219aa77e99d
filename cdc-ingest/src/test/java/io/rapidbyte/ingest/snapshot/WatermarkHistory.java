package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.schemas.batch.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A source in a few lines: a table, its log, and commits that stand in the log before a reader sees
 * them. Rows are (key, small, big); an update that leaves {@code big} alone leaves it out of the
 * log, and so does a key change.
 */
final class WatermarkHistory {
  /** A row without its key. */
  record Row(String small, String big) {}

  /** What the log holds, in order. */
  sealed interface Entry {
    record Begin(int xid) implements Entry {}

    /** A key change is one entry: a delete of {@code from} and an insert. */
    record Change(Op op, Optional<String> from, String key, TextRow row) implements Entry {}

    record Truncate() implements Entry {}

    record Low() implements Entry {}

    record High() implements Entry {}
  }

  private record Pending(int xid, Set<String> keys, Runnable makeVisible) {}

  private final Random random;
  private final int keys;
  private final Deque<Entry> log = new ArrayDeque<>();
  private final TreeMap<String, Row> committed = new TreeMap<>();
  private final TreeMap<String, Row> visible = new TreeMap<>();
  private final List<Pending> pending = new ArrayList<>();
  private int nextXid = 100;
  private int values;

  WatermarkHistory(Random random, int keys) {
    this.random = random;
    this.keys = keys;
    for (int i = 0; i < keys; i++) {
      if (random.nextBoolean()) {
        committed.put(key(i), new Row(value(), value()));
      }
    }
    visible.putAll(committed);
  }

  private static String key(int number) {
    return String.format("%03d", number);
  }

  private String value() {
    return "v" + values++;
  }

  /** The table as every commit so far leaves it. */
  SortedMap<String, Row> table() {
    return committed;
  }

  /** The log's next entry, taken out of it. */
  Optional<Entry> next() {
    return Optional.ofNullable(log.poll());
  }

  void mark(Entry mark) {
    log.add(mark);
  }

  /** Some commits become visible, some new ones happen. */
  void live(boolean truncates) {
    pending.removeIf(
        commit -> {
          boolean now = random.nextInt(3) == 0;
          if (now) {
            commit.makeVisible().run();
          }
          return now;
        });
    for (int i = random.nextInt(3); i > 0; i--) {
      if (truncates && pending.isEmpty() && random.nextInt(200) == 0) {
        truncate();
      } else {
        transact();
      }
    }
  }

  private void truncate() {
    log.add(new Entry.Begin(nextXid++));
    log.add(new Entry.Truncate());
    committed.clear();
    visible.clear();
  }

  private void transact() {
    int xid = nextXid++;
    Set<String> locked = new TreeSet<>();
    pending.forEach(commit -> locked.addAll(commit.keys()));
    Set<String> mine = new TreeSet<>();
    log.add(new Entry.Begin(xid));
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      change(locked, mine);
    }
    TreeMap<String, Optional<Row>> after = new TreeMap<>();
    mine.forEach(key -> after.put(key, Optional.ofNullable(committed.get(key))));
    Runnable makeVisible =
        () ->
            after.forEach(
                (key, row) ->
                    row.ifPresentOrElse(r -> visible.put(key, r), () -> visible.remove(key)));
    if (random.nextInt(4) == 0) {
      pending.add(new Pending(xid, mine, makeVisible));
    } else {
      makeVisible.run();
    }
  }

  private void change(Set<String> locked, Set<String> mine) {
    String key = key(random.nextInt(keys));
    String other = key(random.nextInt(keys));
    if (locked.contains(key) || locked.contains(other)) {
      return;
    }
    Row old = committed.get(key);
    mine.add(key);
    if (old == null) {
      write(Op.INSERT, key, value(), value());
    } else if (random.nextInt(4) == 0) {
      committed.remove(key);
      log.add(new Entry.Change(Op.DELETE, Optional.empty(), key, new TextRow(key, null, null)));
    } else if (random.nextInt(3) == 0 && !committed.containsKey(other)) {
      mine.add(other);
      move(key, other, old);
    } else if (random.nextBoolean()) {
      write(Op.UPDATE, key, value(), value());
    } else {
      Row row = new Row(value(), old.big());
      committed.put(key, row);
      log.add(
          new Entry.Change(
              Op.UPDATE,
              Optional.empty(),
              key,
              new TextRow(key, row.small(), TextRow.UNCHANGED_VALUE)));
    }
  }

  private void move(String from, String to, Row old) {
    Row row = new Row(value(), old.big());
    committed.remove(from);
    committed.put(to, row);
    log.add(
        new Entry.Change(
            Op.INSERT,
            Optional.of(from),
            to,
            new TextRow(to, row.small(), TextRow.UNCHANGED_VALUE)));
  }

  private void write(Op op, String key, String small, String big) {
    committed.put(key, new Row(small, big));
    log.add(new Entry.Change(op, Optional.empty(), key, new TextRow(key, small, big)));
  }

  /** What a reader sees now. */
  SourceSnapshot snapshot() {
    Set<Long> running = pending.stream().map(c -> (long) c.xid()).collect(Collectors.toSet());
    long xmin = running.stream().mapToLong(Long::longValue).min().orElse(nextXid);
    return new SourceSnapshot(xmin, nextXid, running);
  }

  /** A chunk's last key, absent where it takes the rest of the table. */
  Optional<String> boundary(Optional<String> after, int rows) {
    return behind(after).keySet().stream().skip(rows - 1L).findFirst();
  }

  /** The rows of a chunk as a reader sees them now. */
  List<TextRow> read(Optional<String> after, Optional<String> upTo) {
    return behind(after).entrySet().stream()
        .filter(e -> upTo.isEmpty() || e.getKey().compareTo(upTo.get()) <= 0)
        .map(e -> row(e.getKey(), e.getValue()))
        .toList();
  }

  /** The rows of some keys as a reader sees them now. */
  List<TextRow> read(Set<RowKey> asked) {
    return visible.entrySet().stream()
        .map(e -> row(e.getKey(), e.getValue()))
        .filter(row -> asked.contains(RowKey.of(row, new int[] {0})))
        .toList();
  }

  private SortedMap<String, Row> behind(Optional<String> after) {
    return after.<SortedMap<String, Row>>map(key -> visible.tailMap(key, false)).orElse(visible);
  }

  private static TextRow row(String key, Row row) {
    return new TextRow(key, row.small(), row.big());
  }
}
