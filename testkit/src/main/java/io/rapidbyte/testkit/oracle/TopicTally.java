package io.rapidbyte.testkit.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Adds up records, partition by partition in their order, and notes what must not be. */
final class TopicTally {
  private static final int NOTED = 50;

  private final Map<String, Place> lastChange = new HashMap<>();
  private final Map<String, Long> lastSnapshotRow = new HashMap<>();
  private final Map<Long, Transaction> transactions = new TreeMap<>(Long::compareUnsigned);
  private final Map<String, Set<String>> snapshotKeys = new HashMap<>();
  private final Map<String, Long> snapshotRows = new TreeMap<>();
  private final Map<String, Long> changes = new TreeMap<>();
  private final Set<Integer> generations = new TreeSet<>();
  private final List<String> violations = new ArrayList<>();

  private record Place(long lsn, int ordinal) {
    boolean before(Place other) {
      int order = Long.compareUnsigned(lsn, other.lsn);
      return order < 0 || (order == 0 && Integer.compareUnsigned(ordinal, other.ordinal) < 0);
    }

    @Override
    public String toString() {
      return String.format("%X/%X/%d", lsn >>> 32, lsn & 0xFFFF_FFFFL, ordinal);
    }
  }

  /** How many ordinals of a transaction came, and the highest. */
  private static final class Transaction {
    private long count;
    private long highest = -1;
    private boolean whole;
    private boolean more;
    private boolean ended;

    void take(int ordinal) {
      count++;
      highest = Math.max(highest, Integer.toUnsignedLong(ordinal));
    }

    void mark(String chunk) {
      whole |= chunk.isEmpty();
      more |= chunk.equals("more");
      ended |= chunk.equals("last");
    }

    /** All its records are marked, and one of them says that it is the last piece. */
    boolean putTogether() {
      return !more || (ended && !whole);
    }
  }

  void violation(String text) {
    if (violations.size() < NOTED) {
      violations.add(text);
    }
  }

  void add(StreamRecord record) {
    generations.add(record.generation());
    if (record.declaredRows() != record.rows().size()) {
      violation(
          record.place() + " declares " + record.declaredRows() + ", has " + record.rows().size());
    }
    switch (record.kind()) {
      case "change" -> changes(record);
      case "snapshot" -> snapshot(record);
      case "truncate" -> truncate(record);
      case "schema", "snapshot-end" -> empty(record);
      case "replay" -> {
        // Keeps the position that it had, which is behind by nature.
      }
      default -> violation(record.place() + " has the unknown kind " + record.kind());
    }
  }

  private void empty(StreamRecord record) {
    if (!record.rows().isEmpty()) {
      violation(record.place() + ", " + record.kind() + ", has rows");
    }
  }

  private void truncate(StreamRecord record) {
    empty(record);
    if (record.partition() == 0) {
      Place place = parse(record.first());
      advance(record, place);
      transaction(place).mark(record.chunk());
    }
  }

  private void changes(StreamRecord record) {
    for (StreamRecord.Row row : record.rows()) {
      if ("cud".indexOf(row.op()) < 0) {
        violation(record.place() + ": a change with op " + row.op());
      }
      Place place = new Place(row.lsn(), row.ordinal());
      advance(record, place);
      // The mark is the last row's; transactions before it in the record are whole.
      boolean marked = row.lsn() == record.rows().getLast().lsn();
      transaction(place).mark(marked ? record.chunk() : "");
      if (row.op() == 'd') {
        // A row that comes back under the key is another one, which a snapshot may have to read.
        keys(record).remove(row.key());
      }
    }
    changes.merge(record.topic(), (long) record.rows().size(), Long::sum);
    ends(record);
  }

  private void ends(StreamRecord record) {
    if (record.rows().isEmpty()) {
      violation(record.place() + ": changes without a row");
      return;
    }
    StreamRecord.Row first = record.rows().getFirst();
    StreamRecord.Row last = record.rows().getLast();
    if (!parse(record.first()).equals(new Place(first.lsn(), first.ordinal()))
        || !parse(record.last()).equals(new Place(last.lsn(), last.ordinal()))) {
      violation(record.place() + ": its headers do not name its first and last row");
    }
  }

  private void advance(StreamRecord record, Place place) {
    Place before = lastChange.put(record.topic() + "-" + record.partition(), place);
    if (before != null && !before.before(place)) {
      violation(record.place() + ": " + place + " comes behind " + before);
    }
  }

  private Transaction transaction(Place place) {
    Transaction transaction = transactions.computeIfAbsent(place.lsn, lsn -> new Transaction());
    transaction.take(place.ordinal);
    return transaction;
  }

  private void snapshot(StreamRecord record) {
    String range =
        String.join(
            "/",
            record.topic(),
            Integer.toString(record.partition()),
            Integer.toString(record.generation()),
            record.range());
    Set<String> keys = keys(record);
    for (StreamRecord.Row row : record.rows()) {
      if (row.op() != 'r') {
        violation(record.place() + ": a snapshot row with op " + row.op());
      }
      long number = Integer.toUnsignedLong(row.ordinal());
      Long before = lastSnapshotRow.put(range, number);
      if (before != null && before >= number) {
        violation(record.place() + ": row " + number + " comes behind " + before + " in " + range);
      }
      boolean asked = record.range().startsWith("k"); // somebody wanted the row once more
      if (!row.key().isEmpty() && !keys.add(row.key()) && !asked) {
        violation(record.place() + ": key " + row.key() + " is twice in its generation");
      }
    }
    snapshotRows.merge(record.topic(), (long) record.rows().size(), Long::sum);
  }

  private Set<String> keys(StreamRecord record) {
    return snapshotKeys.computeIfAbsent(
        record.topic() + "/" + record.generation(), absent -> new HashSet<>());
  }

  private static Place parse(String position) {
    String[] parts = position.split("/", -1);
    long lsn = Long.parseLong(parts[0], 16) << 32 | Long.parseLong(parts[1], 16);
    return new Place(lsn, Integer.parseUnsignedInt(parts[2]));
  }

  TopicReport report() {
    List<String> gaps = new ArrayList<>();
    List<String> chunking = new ArrayList<>();
    Map<Long, Long> sizes = new HashMap<>();
    transactions.forEach(
        (lsn, transaction) -> {
          String name = new Place(lsn, (int) transaction.highest).toString();
          sizes.put(lsn, transaction.count);
          if (!transaction.putTogether()) {
            chunking.add(name + (transaction.ended ? " has unmarked records" : " has no last"));
          }
          if (transaction.count > transaction.highest + 1) {
            violation("a change is twice in the transaction that ends with " + name);
          } else if (transaction.count <= transaction.highest) {
            gaps.add(name + " has " + transaction.count);
          }
        });
    return new TopicReport(
        changes,
        snapshotRows,
        transactions.size(),
        List.copyOf(generations),
        gaps,
        sizes,
        chunking,
        violations);
  }
}
