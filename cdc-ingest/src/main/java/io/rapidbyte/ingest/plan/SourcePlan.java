package io.rapidbyte.ingest.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What this run reads, after the publication was reconciled with it.
 *
 * @param publicationOid {@code pg_publication.oid} of the main publication
 * @param publications the names to stream from
 * @param streams every selected table
 * @param unpublished streams of which not every change was published until now
 * @param entries what identifies each stream's entry in its publication, by stream
 */
public record SourcePlan(
    long publicationOid,
    List<String> publications,
    List<StreamPlan> streams,
    Set<String> unpublished,
    Map<String, String> entries) {
  public SourcePlan {
    unpublished = Set.copyOf(unpublished);
    entries = Map.copyOf(entries);
    publications = List.copyOf(publications);
    streams = List.copyOf(streams);
  }
}
