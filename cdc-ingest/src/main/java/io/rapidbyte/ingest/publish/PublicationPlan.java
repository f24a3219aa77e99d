package io.rapidbyte.ingest.publish;

import io.rapidbyte.ingest.catalog.ServerVersion;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;

/**
 * What is published, and what cannot be.
 *
 * @param main holds every table with an identity; its OID stands in progress
 * @param inserts holds the others. It exists even while it is empty: the log is decoded with the
 *     catalog of its own time, in which a publication that came later is missing, an error
 * @param tables those of both, by name
 * @param refusals tables that are selected and cannot be streamed as declared
 */
public record PublicationPlan(
    ServerVersion server,
    Publication main,
    Publication inserts,
    List<TablePlan> tables,
    List<Refusal> refusals) {
  public PublicationPlan {
    tables = List.copyOf(tables);
    refusals = List.copyOf(refusals);
  }

  /** A table that cannot be streamed as declared; the error names the mend. */
  public record Refusal(TableName table, ErrorInfo error) {}

  /** The names to stream from, for {@code publication_names}. */
  public List<String> names() {
    return List.of(main.name(), inserts.name());
  }

  /** Both publications. */
  public List<Publication> publications() {
    return List.of(main, inserts);
  }

  /**
   * The same plan, where nothing is refused.
   *
   * @throws RapidbyteException with the first refusal
   */
  public PublicationPlan requireSound() {
    if (!refusals.isEmpty()) {
      ErrorInfo first = refusals.get(0).error();
      throw new RapidbyteException(
          refusals.size() == 1
              ? first
              : first.with("more", (refusals.size() - 1) + " more: run rapidbyte check"));
    }
    return this;
  }
}
