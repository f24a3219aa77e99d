package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.Slices;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.Step;
import io.rapidbyte.sink.destination.TableShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps as they grow: rows gather in one step until something ends it. Knows which of the group's
 * rows each row of the steps is.
 */
final class StepList implements AutoCloseable {
  private final Slices slices = new Slices();
  private final List<Step> steps = new ArrayList<>();
  private final List<Batch> open = new ArrayList<>();
  private final List<int[]> origins = new ArrayList<>();
  private int openVersion;
  private int openGeneration;

  /** Adds rows {@code from} to before {@code to} of a unit whose first row is {@code firstRow}. */
  void add(Unit.Rows unit, int firstRow, int from, int to) {
    if (from >= to) {
      return;
    }
    RecordHeaders headers = unit.headers();
    if (headers.schemaVersion() != openVersion || headers.generation() != openGeneration) {
      end();
    }
    openVersion = headers.schemaVersion();
    openGeneration = headers.generation();
    open.add(
        new Batch(slices.of(unit.root(), from, to), headers.generation(), unit.offset(), from));
    origins.add(new int[] {firstRow + from, to - from});
  }

  /** Ends the open step of rows. */
  void end() {
    if (!open.isEmpty()) {
      steps.add(new Step.Rows(open));
      open.clear();
    }
  }

  void add(Unit.Mark unit) {
    end();
    TableShape shape = TableShape.of(unit.root().getSchema());
    RecordHeaders headers = unit.headers();
    steps.add(
        switch (headers.kind()) {
          case SCHEMA -> new Step.SchemaChange(shape);
          case TRUNCATE -> new Step.Truncate(shape, headers.first());
          case SNAPSHOT_END -> new Step.SnapshotEnd(shape, headers.generation());
          case CHANGE, SNAPSHOT, REPLAY ->
              throw new IllegalStateException(headers.kind() + " without rows");
        });
  }

  List<Step> steps() {
    end();
    return List.copyOf(steps);
  }

  /** The group's number of a row of the steps. */
  int origin(int stepRow) {
    int left = stepRow;
    for (int[] run : origins) {
      if (left < run[1]) {
        return run[0] + left;
      }
      left -= run[1];
    }
    throw new IllegalArgumentException("the steps have no row " + stepRow);
  }

  @Override
  public void close() {
    slices.close();
  }
}
