package io.rapidbyte.ingest;

import io.rapidbyte.ingest.lead.LeadLock;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Whether the publication is still the one that the slot has been read with. PostgreSQL lets it be
 * dropped and made again under a slot; changes in between are gone without a word.
 */
final class PublicationWatch {
  private final String name;
  private final String slot;
  private final Connection session;
  private volatile long expected = -1;

  PublicationWatch(PipelineSpec spec, LeadLock lead) {
    this.name = spec.source().publication();
    this.slot = spec.source().slot();
    this.session = lead.session();
  }

  /** Remembers which it must be, and checks that it is. */
  void require(long oid) {
    expected = oid;
    check();
  }

  /** Checks again; nothing before {@link #require}. */
  synchronized void check() {
    if (expected < 0) {
      return;
    }
    try (PreparedStatement statement =
        session.prepareStatement("SELECT oid FROM pg_publication WHERE pubname = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw resync("does not exist any more");
        }
        if (row.getLong(1) != expected) {
          throw resync("was dropped and created again");
        }
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e, "looking for publication " + name);
    }
  }

  private RapidbyteException resync(String what) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            Codes.SOURCE_RESYNC_REQUIRED,
            "publication %s %s; slot %s has skipped what changed meanwhile"
                .formatted(name, what, slot),
            "rapidbyte resync --all"));
  }
}
