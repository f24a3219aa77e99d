package io.rapidbyte.testkit.oracle;

import java.util.List;
import java.util.Map;

/**
 * What stream topics hold.
 *
 * @param changes rows of changes by topic
 * @param snapshotRows rows of snapshots by topic, all generations
 * @param transactions how many source transactions the changes are from
 * @param generations all that were met, ascending
 * @param gaps transactions whose ordinals are not all there, named by their highest position: torn,
 *     where every table is streamed without filter or contract and all topics were read
 * @param transactionSizes how many changes came of each transaction, by its commit's LSN
 * @param chunking transactions in pieces whose marks {@code rb-txn} do not say so, or never end
 * @param violations what must never be: order, repetition, rows that headers do not announce. The
 *     first fifty
 */
public record TopicReport(
    Map<String, Long> changes,
    Map<String, Long> snapshotRows,
    long transactions,
    List<Integer> generations,
    List<String> gaps,
    Map<Long, Long> transactionSizes,
    List<String> chunking,
    List<String> violations) {
  public TopicReport {
    changes = Map.copyOf(changes);
    snapshotRows = Map.copyOf(snapshotRows);
    generations = List.copyOf(generations);
    gaps = List.copyOf(gaps);
    transactionSizes = Map.copyOf(transactionSizes);
    chunking = List.copyOf(chunking);
    violations = List.copyOf(violations);
  }

  /** Each change once and in order, each snapshot row once in its generation. */
  public boolean exactlyOnce() {
    return violations.isEmpty();
  }

  /** Exactly once, and every transaction has all its changes. */
  public boolean whole() {
    return exactlyOnce() && gaps.isEmpty();
  }

  /** Rows of changes in all topics. */
  public long totalChanges() {
    return changes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Rows of snapshots in all topics. */
  public long totalSnapshotRows() {
    return snapshotRows.values().stream().mapToLong(Long::longValue).sum();
  }
}
