package io.rapidbyte.app.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.testkit.oracle.Comparer.Verdict;
import java.util.List;

/**
 * How a demo came out.
 *
 * @param verdicts a table each
 * @param snapshotRows in the source before the pipeline started
 * @param changes committed by the writer, by its own count
 * @param rejected rows that were not delivered
 * @param rowsPerSecond of the snapshot, source to warehouse
 * @param p99Millis from a change's commit to its being in the warehouse, once caught up
 */
public record DemoResult(
    List<Verdict> verdicts,
    long snapshotRows,
    long changes,
    long rejected,
    long rowsPerSecond,
    double p99Millis) {
  public DemoResult {
    verdicts = List.copyOf(verdicts);
  }

  /** Whether every table is the same on both sides. */
  public boolean inSync() {
    return verdicts.stream().allMatch(Verdict::inSync);
  }

  /** The last line under {@code --output json}. */
  public ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("in_sync", inSync())
        .put("tables", verdicts.size())
        .put("snapshot_rows", snapshotRows)
        .put("changes", changes)
        .put("rejected", rejected)
        .put("replayed", 0)
        .put("superseded", 0)
        .put("rows_per_second", rowsPerSecond)
        .put("p99_ms", Math.round(p99Millis * 10) / 10.0);
  }
}
