package io.rapidbyte.ingest;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of partitions: rows come and go with them that are in no log. Looks at the catalog
 * and tells, once each; copies nothing, since old partitions may go every day.
 */
final class PartitionWatch {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionWatch.class);

  /**
   * Those that hold rows. One that was a table before it was attached has a row type that is older
   * than its place in the tree.
   */
  private static final String LEAVES =
      """
      SELECT r.oid AS root, c.oid, n.nspname, c.relname,
             coalesce(pg_relation_filenode(c.oid), 0) AS file, c.reltuples < 0 AS uncounted,
             i.xmin <> t.xmin AND pg_relation_size(c.oid) > 0 AS attached
      FROM unnest(?::oid[]) r(oid) CROSS JOIN LATERAL pg_partition_tree(r.oid) l
      JOIN pg_class c ON c.oid = l.relid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_type t ON t.oid = c.reltype
      WHERE l.isleaf AND l.level > 0\
      """;

  private final Connection session;
  private final Set<String> told = new HashSet<>();
  private Map<Integer, String> streams = Map.of();
  private Map<Integer, Map<Integer, Leaf>> known = Map.of();

  PartitionWatch(Connection session) {
    this.session = session;
  }

  /**
   * A partition.
   *
   * @param file changes when it is truncated
   * @param uncounted whether nobody knows its number of rows: so it is behind a truncate, and not
   *     where rows were only moved to another file
   * @param attached whether it came with rows
   */
  private record Leaf(TableName name, long file, boolean uncounted, boolean attached) {}

  /** Remembers the tables of a plan, and their partitions as they are. */
  synchronized void begin(SourcePlan plan) {
    streams =
        plan.streams().stream()
            .collect(Collectors.toMap(StreamPlan::relationOid, StreamPlan::stream));
    known = read();
  }

  /** Partitions by their root's OID: OID → file. */
  synchronized Map<Integer, Map<Integer, Long>> files() {
    Map<Integer, Map<Integer, Long>> files = new HashMap<>();
    known.forEach(
        (root, leaves) -> {
          Map<Integer, Long> each = new HashMap<>();
          leaves.forEach((oid, leaf) -> each.put(oid, leaf.file()));
          files.put(root, each);
        });
    return files;
  }

  /** Tells what became of partitions while nobody looked. */
  synchronized void compare(String stream, int root, Map<Integer, Long> before) {
    Map<Integer, Leaf> now = known.getOrDefault(root, Map.of());
    if (before.isEmpty()) {
      return;
    }
    Set<Integer> gone = new HashSet<>(before.keySet());
    gone.removeAll(now.keySet());
    if (!gone.isEmpty()) {
      tell(stream, gone.size() + " of its partitions went (detached or dropped) with their rows");
    }
    truncated(stream, before, now);
  }

  /** Tells what became of partitions since the last look. */
  synchronized void look() {
    Map<Integer, Map<Integer, Leaf>> now = read();
    known.forEach((root, before) -> differences(root, before, now.getOrDefault(root, Map.of())));
    known = now;
  }

  private void differences(int root, Map<Integer, Leaf> before, Map<Integer, Leaf> now) {
    String stream = streams.getOrDefault(root, "");
    Map<Integer, Long> files = new HashMap<>();
    before.forEach(
        (oid, leaf) -> {
          files.put(oid, leaf.file());
          if (!now.containsKey(oid)) {
            tell(stream, "partition " + leaf.name() + " was detached or dropped with its rows");
          }
        });
    now.forEach(
        (oid, leaf) -> {
          if (!before.containsKey(oid) && leaf.attached()) {
            tell(stream, "partition " + leaf.name() + " came with rows");
          }
        });
    truncated(stream, files, now);
  }

  /** Where all have another file, the whole table was truncated, and the log tells of it. */
  private void truncated(String stream, Map<Integer, Long> before, Map<Integer, Leaf> now) {
    Map<TableName, Leaf> other = new LinkedHashMap<>();
    int stayed = 0;
    for (Map.Entry<Integer, Leaf> each : now.entrySet()) {
      Long file = before.get(each.getKey());
      if (file != null && file == each.getValue().file()) {
        stayed++;
      } else if (file != null) {
        other.put(each.getValue().name(), each.getValue());
      }
    }
    if (stayed == 0) {
      return;
    }
    other.forEach(
        (name, leaf) -> {
          if (leaf.uncounted()) {
            tell(stream, "partition " + name + " was truncated (file " + leaf.file() + ")");
          }
        });
  }

  private void tell(String stream, String what) {
    if (told.add(stream + what)) {
      LOG.warn(
          "{}: {}, which is not in the log; rapidbyte resync {} mends it", stream, what, stream);
    }
  }

  private Map<Integer, Map<Integer, Leaf>> read() {
    Map<Integer, Map<Integer, Leaf>> leaves = new HashMap<>();
    try {
      Set<Long> roots =
          streams.keySet().stream().map(Integer::toUnsignedLong).collect(Collectors.toSet());
      Queries.all(
          session,
          LEAVES,
          row -> {
            Leaf leaf =
                new Leaf(
                    new TableName(row.getString("nspname"), row.getString("relname")),
                    row.getLong("file"),
                    row.getBoolean("uncounted"),
                    row.getBoolean("attached"));
            int oid = Queries.oid(row, "oid");
            leaves.computeIfAbsent(Queries.oid(row, "root"), _ -> new HashMap<>()).put(oid, leaf);
            return oid;
          },
          roots);
      return leaves;
    } catch (SQLException e) {
      throw SqlFailures.of(e, "looking at partitions");
    }
  }
}
