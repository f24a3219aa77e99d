package io.rapidbyte.ingest;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an upsert destination holds behind a topic of one partition, keyed by {@code id}: rows of an
 * older generation are no base for values left out; changes without a base wait until they are
 * overtaken, at the latest by the snapshot's end.
 */
final class Replay {
  private record Held(int generation, Map<String, Object> values) {}

  private final List<String> columns;
  private final Map<Object, Held> rows = new HashMap<>();
  private final Set<Object> waiting = new HashSet<>();
  private final Set<String> identities = new HashSet<>();
  private @Nullable Held deleted;
  private String deletedAt = "";

  /** Faults: changes that lost their base, rows that came twice. */
  final List<String> faults = new ArrayList<>();

  /** Snapshot rows whose key came before in their generation, and was not deleted in between. */
  final List<String> again = new ArrayList<>();

  private final Set<String> snapshotKeys = new HashSet<>();

  /** Generations that reached their end. */
  final List<Integer> ended = new ArrayList<>();

  private Replay(List<String> columns) {
    this.columns = columns;
  }

  /** Replays everything. {@code columns} are the data columns in order. */
  static Replay of(TopicRows topic, List<String> columns) {
    Replay replay = new Replay(columns);
    int next = 0;
    for (RecordHeaders record : topic.records()) {
      for (int i = 0; i < record.rows(); i++) {
        replay.apply(topic.rows().get(next++));
      }
      if (record.kind() == RecordKind.SNAPSHOT_END) {
        replay.end(record.generation());
      }
      if (record.kind() == RecordKind.TRUNCATE) {
        replay.rows.clear();
        replay.waiting.clear();
      }
    }
    return replay;
  }

  private void apply(TopicRows.Row row) {
    RecordHeaders record = row.record();
    String identity =
        record.kind() == RecordKind.SNAPSHOT
            ? record.generation() + "|" + record.range() + "|" + row.value(BatchColumns.ORDINAL)
            : row.position();
    if (!identities.add(identity)) {
      faults.add("twice: " + identity);
    }
    Object id = row.value("id");
    switch (row.op()) {
      case "r" -> {
        if (!snapshotKeys.add(record.generation() + "|" + id)) {
          again.add(record.generation() + "|" + id);
        }
        put(id, record, data(row));
      }
      case "d" -> {
        deleted = waiting.contains(id) ? null : rows.get(id);
        deletedAt = place(row, 0);
        rows.remove(id);
        waiting.remove(id);
        snapshotKeys.remove(record.generation() + "|" + id);
      }
      default -> write(row, id, record);
    }
  }

  private void write(TopicRows.Row row, Object id, RecordHeaders record) {
    Map<String, Object> values = data(row);
    if (row.values().get(BatchColumns.UNCHANGED) instanceof List<?> unchanged) {
      // A key change is a delete and the insert right behind it, which takes from the old row.
      boolean moved = row.op().equals("c") && deletedAt.equals(place(row, 1));
      @Nullable Held base = moved ? deleted : rows.get(id);
      if (waiting.contains(id) || base == null || base.generation() < record.generation()) {
        waiting.add(id);
        if (ended.contains(record.generation())) {
          faults.add("no base: " + row.position() + " of " + id);
        }
        return;
      }
      for (Object index : unchanged) {
        String name = columns.get(((Number) index).intValue());
        @Nullable Object value = base.values().get(name);
        if (value != null) {
          values.put(name, value);
        }
      }
    }
    put(id, record, values);
  }

  private static String place(TopicRows.Row row, int back) {
    long ordinal = ((Number) row.value(BatchColumns.ORDINAL)).longValue() - back;
    return row.value(BatchColumns.LSN) + "/" + ordinal;
  }

  private Map<String, Object> data(TopicRows.Row row) {
    Map<String, Object> data = new TreeMap<>(row.values());
    data.keySet().removeIf(name -> name.startsWith(BatchColumns.PREFIX));
    return data;
  }

  private void put(Object id, RecordHeaders record, Map<String, Object> values) {
    rows.put(id, new Held(record.generation(), values));
    waiting.remove(id);
  }

  private void end(int generation) {
    ended.add(generation);
    rows.values().removeIf(held -> held.generation() < generation);
    waiting.forEach(id -> faults.add("waits behind the snapshot's end: " + id));
  }

  /** The rows, each as its columns' texts joined by bars, sorted. */
  List<String> table() {
    return rows.values().stream()
        .map(
            held ->
                columns.stream()
                    .map(name -> Objects.toString(held.values().get(name), ""))
                    .reduce((a, b) -> a + "|" + b)
                    .orElse(""))
        .sorted()
        .toList();
  }
}
