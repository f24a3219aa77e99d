package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.dead.RowKey;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What of a group's rows is applied, in which steps, and what becomes of the rest.
 *
 * <p>A row that is not delivered marks its key; until a complete row or a delete of the key passes,
 * its changes with unchanged values are refused too, for their base is stale. Rows are only looked
 * at one by one where there is a mark, a refusal, or a key change that leaves values unchanged;
 * otherwise batches pass as they are.
 */
final class GroupPlan implements AutoCloseable {
  /**
   * What is known before the group.
   *
   * @param dead keys with a mark
   * @param held letters that wait for the end of their snapshot: id → key
   * @param ended the last generation whose snapshot is complete: a row without a base waits in
   *     those above it
   */
  record Before(
      String stream, boolean upsert, Set<String> dead, Map<String, String> held, int ended) {}

  /** A row that is not delivered. */
  record Reject(Unit.Rows unit, int row, String key, ErrorInfo error, boolean held) {}

  private final Before before;
  private final SortedMap<Integer, ErrorInfo> refused;
  private final StepList steps = new StepList();
  private final SortedMap<Integer, Reject> rejects = new TreeMap<>();
  private final Set<String> dead;
  private final Map<String, String> held;
  private final Set<String> released = new HashSet<>();
  private final Set<String> superseded = new HashSet<>();
  private final Set<String> touched = new HashSet<>();
  private final boolean everyRow;
  private int ended;
  private int rows;

  private GroupPlan(Before before, SortedMap<Integer, ErrorInfo> refused, boolean everyRow) {
    this.before = before;
    this.refused = refused;
    this.dead = new HashSet<>(before.dead());
    this.held = new HashMap<>(before.held());
    this.ended = before.ended();
    this.everyRow = everyRow;
  }

  /**
   * Plans a group.
   *
   * @param refused rows that the destination does not take, numbered through all units
   */
  static GroupPlan of(List<Unit> units, SortedMap<Integer, ErrorInfo> refused, Before before) {
    boolean everyRow = before.upsert() && units.stream().anyMatch(GroupPlan::hasPartialKeyChange);
    GroupPlan plan = new GroupPlan(before, refused, everyRow);
    try {
      units.forEach(plan::add);
      return plan;
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  /** The steps of rows {@code from} to before {@code to} alone, for a trial. */
  static StepList part(List<Unit> units, int from, int to, Set<Integer> without) {
    StepList steps = new StepList();
    int first = 0;
    for (Unit unit : units) {
      if (unit instanceof Unit.Mark mark) {
        steps.add(mark);
      } else if (unit instanceof Unit.Rows batch) {
        int count = batch.root().getRowCount();
        int start = Math.max(from - first, 0);
        for (int row = start; row < Math.min(to - first, count); row++) {
          if (without.contains(first + row)) {
            steps.add(batch, first, start, row);
            start = row + 1;
          }
        }
        steps.add(batch, first, start, Math.min(to - first, count));
        first += count;
      }
    }
    return steps;
  }

  private void add(Unit unit) {
    switch (unit) {
      case Unit.Garbage garbage -> {}
      case Unit.Mark mark -> addMark(mark);
      case Unit.Rows batch -> {
        int count = batch.root().getRowCount();
        if (everyRow || !dead.isEmpty() || !refused.subMap(rows, rows + count).isEmpty()) {
          addRowByRow(batch);
        } else {
          steps.add(batch, rows, 0, count);
        }
        rows += count;
      }
    }
  }

  private void addMark(Unit.Mark mark) {
    steps.add(mark);
    touched.clear();
    if (mark.headers().kind() == RecordKind.TRUNCATE) {
      dead.clear();
    } else if (mark.headers().kind() == RecordKind.SNAPSHOT_END) {
      endSnapshot(mark.headers().generation());
    }
  }

  /** Whoever still has a mark was overtaken by nothing. */
  private void endSnapshot(int generation) {
    ended = Math.max(ended, generation);
    held.forEach((id, key) -> (dead.contains(key) ? released : superseded).add(id));
    held.clear();
    rejects.values().removeIf(reject -> reject.held() && !dead.contains(reject.key()));
    rejects.replaceAll(
        (row, reject) ->
            new Reject(reject.unit(), reject.row(), reject.key(), reject.error(), false));
  }

  private void addRowByRow(Unit.Rows unit) {
    BatchView view = new BatchView(unit.root());
    RowKey keys = new RowKey(view);
    int run = 0;
    boolean staleOldKey = false;
    for (int row = 0; row < view.rows(); row++) {
      String key = keys.of(row);
      boolean partialKeyChangeFollows =
          isPartialKeyChange(view, row + 1) && keys.before(row + 1).equals(key);
      if (partialKeyChangeFollows && touched.contains(key)) {
        steps.add(unit, rows, run, row);
        steps.end();
        touched.clear();
        run = row;
      }
      boolean staleBefore = dead.contains(key);
      if (!passes(unit, view, row, key, staleOldKey)) {
        steps.add(unit, rows, run, row);
        run = row + 1;
      }
      staleOldKey = partialKeyChangeFollows && staleBefore;
      touched.add(key);
    }
    steps.add(unit, rows, run, view.rows());
  }

  /** Whether a row is delivered; keeps marks and rejects. */
  private boolean passes(Unit.Rows unit, BatchView view, int row, String key, boolean staleOldKey) {
    ErrorInfo error = refused.get(rows + row);
    if (error == null && before.upsert() && view.hasUnchanged(row)) {
      boolean stale = isPartialKeyChange(view, row) ? staleOldKey : dead.contains(key);
      error = stale ? RefusedRow.missingBase(row, before.stream()).error() : null;
    }
    if (error != null) {
      rejects.put(rows + row, reject(unit, row, key, error));
      if (before.upsert()) {
        dead.add(key);
      }
      return false;
    }
    dead.remove(key);
    return true;
  }

  private Reject reject(Unit.Rows unit, int row, String key, ErrorInfo error) {
    int generation = unit.headers().generation();
    boolean waits = error.code().equals(Codes.MISSING_BASE) && generation > ended;
    return new Reject(unit, row, key, error, waits);
  }

  private static boolean hasPartialKeyChange(Unit unit) {
    if (!(unit instanceof Unit.Rows batch)) {
      return false;
    }
    BatchView view = new BatchView(batch.root());
    int count = view.rows();
    if (view.unchanged().getNullCount() == count || view.before().getNullCount() == count) {
      return false;
    }
    for (int row = 0; row < count; row++) {
      if (isPartialKeyChange(view, row)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPartialKeyChange(BatchView view, int row) {
    return row < view.rows()
        && view.hasUnchanged(row)
        && !view.before().isNull(row)
        && view.op(row) == Op.INSERT;
  }

  List<Step> steps() {
    return steps.steps();
  }

  /** The group's number of a row that the destination names by its place in the steps. */
  int origin(int stepRow) {
    return steps.origin(stepRow);
  }

  /** Rows of the group, delivered or not. */
  int rowCount() {
    return rows;
  }

  /** Rows that are not delivered, by their number in the group. */
  SortedMap<Integer, Reject> rejects() {
    return rejects;
  }

  /** What is known behind the group, once it is committed. */
  Before after(Map<String, String> newlyHeld) {
    Map<String, String> allHeld = new LinkedHashMap<>(held);
    allHeld.putAll(newlyHeld);
    return new Before(before.stream(), before.upsert(), Set.copyOf(dead), allHeld, ended);
  }

  Set<String> marked() {
    return difference(dead, before.dead());
  }

  Set<String> unmarked() {
    return difference(before.dead(), dead);
  }

  private static Set<String> difference(Set<String> these, Set<String> those) {
    Set<String> rest = new HashSet<>(these);
    rest.removeAll(those);
    return rest;
  }

  Set<String> released() {
    return released;
  }

  Set<String> superseded() {
    return superseded;
  }

  /** Units' batches are not the plan's; only what it cut from them. */
  @Override
  public void close() {
    steps.close();
  }
}
