package io.rapidbyte.ingest.plan;

import io.rapidbyte.ingest.filter.RowFilter;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import java.util.Optional;

/**
 * One stream as this run reads it.
 *
 * @param relationOid {@code pg_class.oid} of the table, the root of a partitioned one
 * @param schema its columns and key as the catalog has them now; the version counts only once it is
 *     compared with the newest in the schemas topic
 * @param topic the stream's topic
 * @param partitions of that topic
 * @param filter the {@code where}, if ingest evaluates it on changes; COPY always filters by {@code
 *     where}
 * @param where the condition in SQL, if there is one
 * @param appendOnly whether only inserts are published: the table has no replica identity
 */
public record StreamPlan(
    int relationOid,
    StreamSchema schema,
    String topic,
    int partitions,
    Optional<RowFilter> filter,
    Optional<String> where,
    boolean appendOnly) {

  /** The stream's table. */
  public TableName table() {
    return schema.table();
  }

  /** The stream's name in headers, progress and logs. */
  public String stream() {
    return schema.stream();
  }

  /** The same with another schema. */
  public StreamPlan withSchema(StreamSchema other) {
    return new StreamPlan(relationOid, other, topic, partitions, filter, where, appendOnly);
  }
}
