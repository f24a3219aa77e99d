package io.rapidbyte.ingest.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.ingest.snapshot.WatermarkHistory.Entry.Change;
import io.rapidbyte.ingest.snapshot.WatermarkHistory.Row;
import io.rapidbyte.schemas.batch.Op;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an upsert destination does, in a few lines: rows of an older generation are no base for
 * values left out; changes without a base wait and must be overtaken before the snapshot's end.
 */
final class ModelDestination {
  private final TreeMap<String, Row> rows = new TreeMap<>();
  private final Set<String> older = new TreeSet<>();
  private final Set<String> waiting = new TreeSet<>();
  private boolean complete;

  /** A destination that holds what an older generation left there. */
  ModelDestination(Map<String, Row> left) {
    rows.putAll(left);
    older.addAll(left.keySet());
  }

  void apply(Change change) {
    Optional<Row> base = base(change.from().orElse(change.key()));
    change.from().ifPresent(this::remove);
    if (change.op() == Op.DELETE) {
      remove(change.key());
    } else {
      write(change.key(), change.row(), base);
    }
  }

  private Optional<Row> base(String key) {
    return waiting.contains(key) || older.contains(key)
        ? Optional.empty()
        : Optional.ofNullable(rows.get(key));
  }

  private void write(String key, Tuple row, Optional<Row> base) {
    List<@Nullable String> values = TextRow.values(row);
    String big = String.valueOf(values.get(2));
    if (!big.equals(TextRow.UNCHANGED_VALUE)) {
      put(key, new Row(String.valueOf(values.get(1)), big));
    } else if (base.isPresent()) {
      put(key, new Row(String.valueOf(values.get(1)), base.get().big()));
    } else {
      assertThat(complete).as("%s has no base after the snapshot", key).isFalse();
      waiting.add(key);
    }
  }

  /** Rows of a chunk, at its high mark. */
  void snapshotRows(List<Tuple> chunk) {
    for (Tuple row : chunk) {
      List<@Nullable String> values = TextRow.values(row);
      assertThat(values).doesNotContain(TextRow.UNCHANGED_VALUE);
      put(
          String.valueOf(values.get(0)),
          new Row(String.valueOf(values.get(1)), String.valueOf(values.get(2))));
    }
  }

  void truncate() {
    rows.clear();
    older.clear();
    waiting.clear();
  }

  void snapshotEnd() {
    assertThat(waiting).as("changes that nothing overtook").isEmpty();
    older.forEach(rows::remove);
    older.clear();
    complete = true;
  }

  private void put(String key, Row row) {
    rows.put(key, row);
    older.remove(key);
    waiting.remove(key);
  }

  private void remove(String key) {
    rows.remove(key);
    older.remove(key);
    waiting.remove(key);
  }

  SortedMap<String, Row> rows() {
    return rows;
  }
}
