package io.rapidbyte.ingest;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.lead.LeadLock;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.preflight.Finding;
import io.rapidbyte.ingest.preflight.Preflight;
import io.rapidbyte.ingest.publish.PublicationEntries;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the plan of an attempt is still what catalog and pipeline.yaml ask for: tables that match
 * a pattern come, others are made again, and somebody alters the publication. Looks at what is,
 * whatever gave reason to look.
 */
final class PlanWatch {
  private static final Logger LOG = LoggerFactory.getLogger(PlanWatch.class);

  private static final String TABLES =
      """
      SELECT c.oid, n.nspname, c.relname
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND NOT c.relispartition
        AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'\
      """;

  private final PipelineSpec spec;
  private final StreamSelection selection;
  private final Connection session;
  private final PartitionWatch partitions;
  private final Set<String> told = new HashSet<>();
  private Map<String, Integer> planned = Map.of();
  private List<String> publications = List.of();
  private Map<String, String> entries = Map.of();
  private volatile boolean begun;
  private volatile boolean stale;

  PlanWatch(PipelineSpec spec, LeadLock lead) {
    this.spec = spec;
    this.selection = new StreamSelection(spec.streams());
    this.session = lead.session();
    this.partitions = new PartitionWatch(session);
  }

  /** The partitions of the plan's tables. */
  PartitionWatch partitions() {
    return partitions;
  }

  /**
   * Remembers the plan.
   *
   * @param published the entries in its publications, which are as it wants them
   */
  synchronized void begin(SourcePlan plan, Map<String, String> published) {
    planned = new HashMap<>();
    for (StreamPlan stream : plan.streams()) {
      planned.put(stream.stream(), stream.relationOid());
    }
    publications = plan.publications();
    entries = published;
    begun = true;
  }

  /** Whether the attempt should make room for one with a new plan. */
  boolean isStale() {
    return stale;
  }

  /** Looks, unless there is no plan yet. */
  synchronized void look() {
    if (!begun || stale) {
      return;
    }
    partitions.look();
    Map<String, Integer> now = tables();
    Set<String> gone = new TreeSet<>(planned.keySet());
    gone.removeAll(now.keySet());
    gone.stream().filter(told::add).forEach(PlanWatch::tellGone);
    Set<String> other = new TreeSet<>(now.keySet());
    other.removeIf(stream -> Objects.equals(now.get(stream), planned.get(stream)));
    boolean altered = !PublicationEntries.read(session, publications).equals(entries);
    if (other.isEmpty() && !altered) {
      return;
    }
    String what =
        altered
            ? "publication " + spec.source().publication() + " was altered"
            : "new: " + String.join(", ", other);
    List<Finding> failures = Preflight.check(spec).stream().filter(Finding::isFailure).toList();
    if (failures.isEmpty()) {
      LOG.info("{}; the pipeline begins again with it", what);
      stale = true;
    } else if (told.add(what + failures)) {
      Finding first = failures.getFirst();
      LOG.warn(
          "{}; not taken up, for the pipeline could not start: {}: {} ({})",
          what,
          first.subject(),
          first.message(),
          first.mend());
    }
  }

  private static void tellGone(String stream) {
    LOG.warn("{} was dropped or renamed: its stream ends here; destinations keep its rows", stream);
  }

  private Map<String, Integer> tables() {
    Map<String, Integer> now = new TreeMap<>();
    try {
      Queries.all(
          session,
          TABLES,
          row -> {
            TableName name = new TableName(row.getString("nspname"), row.getString("relname"));
            int oid = Queries.oid(row, "oid");
            if (selection.settingsFor(name).isPresent()) {
              now.put(name.toString(), oid);
            }
            return oid;
          });
      return now;
    } catch (SQLException e) {
      throw SqlFailures.of(e, "looking for tables");
    }
  }
}
