package io.rapidbyte.ingest.plan;

import java.util.List;

/**
 * What this run reads, after the publication was reconciled with it.
 *
 * @param publicationOid {@code pg_publication.oid}
 * @param streams every selected table
 */
public record SourcePlan(long publicationOid, List<StreamPlan> streams) {
  public SourcePlan {
    streams = List.copyOf(streams);
  }
}
