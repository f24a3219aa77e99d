package io.rapidbyte.ingest.plan;

import java.util.List;

/**
 * What this run reads, after the publication was reconciled with it.
 *
 * @param publicationOid {@code pg_publication.oid} of the main publication
 * @param publications the names to stream from
 * @param streams every selected table
 */
public record SourcePlan(long publicationOid, List<String> publications, List<StreamPlan> streams) {
  public SourcePlan {
    publications = List.copyOf(publications);
    streams = List.copyOf(streams);
  }
}
