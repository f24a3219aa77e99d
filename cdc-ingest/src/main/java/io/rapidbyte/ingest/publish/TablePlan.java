package io.rapidbyte.ingest.publish;

import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.ingest.filter.Where;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import java.util.Optional;

/**
 * How one table is published.
 *
 * @param schema the stream's columns and key; its version is 1
 * @param columns where its selection of columns takes effect
 * @param rows where its condition takes effect
 * @param where the condition, if there is one
 */
public record TablePlan(
    TableInfo table,
    StreamSpec spec,
    StreamSchema schema,
    Target target,
    PushDown columns,
    PushDown rows,
    Optional<Where> where) {

  /** Which publication the table enters. */
  public enum Target {
    ALL_CHANGES,
    /** Only inserts: the table has no identity by which to publish the rest. */
    INSERTS_ONLY
  }

  /** The table's name. */
  public TableName name() {
    return table.name();
  }
}
