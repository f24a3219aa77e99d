package io.rapidbyte.ingest.differential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares what two readers have read, table by table, change by change, value by value. */
final class Comparison {
  private static final String JUDGED = "v";
  private static final String JUDGE = "judge";

  private final Map<String, String> operations;
  private final List<Difference> differences = new ArrayList<>();
  private int changes;
  private int values;

  private Comparison(Map<String, String> operations) {
    this.operations = operations;
  }

  /**
   * What came out.
   *
   * @param changes how many were compared
   * @param values how many were compared
   */
  record Outcome(List<Difference> differences, int changes, int values) {}

  /**
   * Compares.
   *
   * @param ours of each pipeline, in the log's order
   * @param operations the operation of each table
   */
  static Outcome of(List<List<Change>> ours, List<Change> theirs, Map<String, String> operations) {
    Comparison comparison = new Comparison(operations);
    Map<String, List<Change>> mine = byTable(ours.stream().flatMap(List::stream).toList());
    Map<String, List<Change>> other = byTable(theirs);
    TreeSet<String> tables = new TreeSet<>(mine.keySet());
    tables.addAll(other.keySet());
    tables.addAll(operations.keySet());
    for (String table : tables) {
      comparison.table(
          table, mine.getOrDefault(table, List.of()), other.getOrDefault(table, List.of()));
    }
    ours.forEach(pipeline -> comparison.order(pipeline, theirs));
    return new Outcome(comparison.differences, comparison.changes, comparison.values);
  }

  private static Map<String, List<Change>> byTable(List<Change> changes) {
    return changes.stream()
        .collect(Collectors.groupingBy(Change::table, LinkedHashMap::new, Collectors.toList()));
  }

  private void table(String table, List<Change> ours, List<Change> theirs) {
    if (table.startsWith(TypeTables.ALONE)) {
      ours.forEach(change -> row(table, ours.indexOf(change), "", change.row(), change.row()));
      return;
    }
    if (!ours.stream().map(Change::op).toList().equals(theirs.stream().map(Change::op).toList())) {
      add(table, 0, "ops", letters(ours), letters(theirs), Optional.empty());
    }
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      change(table, i, ours.get(i), theirs.get(i));
    }
  }

  private static String letters(List<Change> changes) {
    return changes.stream().map(c -> String.valueOf(c.op())).collect(Collectors.joining());
  }

  private void change(String table, int at, Change ours, Change theirs) {
    changes++;
    if (ours.op() != theirs.op() || ours.op() == 't') {
      return;
    }
    if (ours.refused().isPresent()) {
      Optional<String> judge = text(theirs.row().get(JUDGE));
      String value = String.valueOf(theirs.row().get(JUDGED));
      add(table, at, JUDGED, "refused: " + ours.refused().get(), value, judge);
      return;
    }
    if (ours.xid() != theirs.xid() && ours.op() != 'm') {
      add(table, at, "xid", "" + ours.xid(), "" + theirs.xid(), Optional.empty());
    }
    if (!ours.key().equals(theirs.key())) {
      add(table, at, "key", "" + ours.key(), "" + theirs.key(), Optional.empty());
    }
    boolean whole = ours.op() == 'd' && !ours.before().isEmpty();
    row(table, at, "", whole ? ours.before() : ours.row(), theirs.row());
    // The insert of a key change names its old key, which for Debezium is in a header.
    if (ours.op() == 'u') {
      row(table, at, "before.", ours.before(), theirs.before());
    }
  }

  private void row(
      String table,
      int at,
      String prefix,
      SortedMap<String, Cell> ours,
      SortedMap<String, Cell> theirs) {
    TreeSet<String> names = new TreeSet<>(ours.keySet());
    names.addAll(theirs.keySet());
    Optional<String> judge = text(ours.get(JUDGE)).or(() -> text(theirs.get(JUDGE)));
    for (String name : names) {
      values++;
      @Nullable Cell mine = ours.get(name);
      @Nullable Cell other = theirs.get(name);
      Optional<String> said = name.equals(JUDGED) ? judge : Optional.empty();
      boolean same = mine != null && mine.equals(other);
      if (!same || (said.isPresent() && !text(mine).equals(said))) {
        add(table, at, prefix + name, whole(mine), whole(other), said);
      }
    }
  }

  private static Optional<String> text(@Nullable Cell cell) {
    return cell instanceof Cell.Text text ? Optional.of(text.value()) : Optional.empty();
  }

  private static String whole(@Nullable Cell cell) {
    return cell == null ? "(absent)" : text(cell).orElseGet(cell::toString);
  }

  /** Across tables: both hand out the changes in the order of the commits. */
  private void order(List<Change> ours, List<Change> theirs) {
    Set<String> compared = ours.stream().map(Change::table).collect(Collectors.toSet());
    compared.removeIf(table -> table.startsWith(TypeTables.ALONE));
    differences.stream()
        .filter(difference -> difference.what().equals("ops"))
        .forEach(difference -> compared.remove(difference.table()));
    List<String> mine = order(ours, compared);
    List<String> other = order(theirs, compared);
    for (int i = 0; i < Math.min(mine.size(), other.size()); i++) {
      if (!mine.get(i).equals(other.get(i))) {
        add("(all)", i, "order", mine.get(i), other.get(i), Optional.empty());
        return;
      }
    }
  }

  private static List<String> order(List<Change> changes, Set<String> tables) {
    return changes.stream()
        .filter(change -> tables.contains(change.table()))
        .map(change -> change.table() + " " + change.op())
        .toList();
  }

  private void add(
      String table, int at, String what, String ours, String theirs, Optional<String> judge) {
    String operation = operations.getOrDefault(table, table);
    differences.add(new Difference(operation, table, at, what, ours, theirs, judge));
  }
}
