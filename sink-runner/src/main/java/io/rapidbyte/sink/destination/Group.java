package io.rapidbyte.sink.destination;

import java.util.List;

/**
 * What one destination transaction holds.
 *
 * @param fence of the claim under which it is applied
 * @param nextOffset the consumer's position behind the group, past transaction markers and aborted
 *     records; it may move without steps
 * @param schemaVersion of the last record
 * @param generation the highest of its records, or the claim's where they have none
 * @param steps in log order; each sees what those before it did, in the same transaction
 * @param undelivered what happens beside the data
 */
public record Group(
    PartitionId partition,
    long fence,
    long nextOffset,
    int schemaVersion,
    int generation,
    List<Step> steps,
    Undelivered undelivered) {
  public Group {
    steps = List.copyOf(steps);
  }

  /** Rows of all steps. A row's number in {@link RefusedRow} counts through them from 0. */
  public int rowCount() {
    int rows = 0;
    for (Step step : steps) {
      rows += step instanceof Step.Rows some ? some.rowCount() : 0;
    }
    return rows;
  }
}
