package io.rapidbyte.ingest.plan;

import java.util.List;
import java.util.Set;

/**
 * What this run reads, after the publication was reconciled with it.
 *
 * @param publicationOid {@code pg_publication.oid} of the main publication
 * @param publications the names to stream from
 * @param streams every selected table
 * @param unpublished streams of which not every change was published until now
 */
public record SourcePlan(
    long publicationOid,
    List<String> publications,
    List<StreamPlan> streams,
    Set<String> unpublished) {
  public SourcePlan {
    unpublished = Set.copyOf(unpublished);
    publications = List.copyOf(publications);
    streams = List.copyOf(streams);
  }
}
