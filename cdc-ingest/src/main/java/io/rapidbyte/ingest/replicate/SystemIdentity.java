package io.rapidbyte.ingest.replicate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.Progress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;

/**
 * Which Postgres this is: {@code IDENTIFY_SYSTEM}.
 *
 * @param systemId unsigned
 * @param position the end of the flushed log
 */
public record SystemIdentity(long systemId, int timeline, Lsn position) {

  /** Asks over a replication connection. */
  public static SystemIdentity of(Connection replication) {
    try (Statement statement = replication.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return new SystemIdentity(
          Long.parseUnsignedLong(row.getString("systemid")),
          row.getInt("timeline"),
          Lsn.parse(row.getString("xlogpos")));
    } catch (SQLException e) {
      throw SqlFailures.of(e, "IDENTIFY_SYSTEM");
    }
  }

  /**
   * Checks that this log goes on where progress stands.
   *
   * @param replication asked for the timeline's history where the timeline is another
   * @throws RapidbyteException {@code DIVERGED} where it does not
   */
  public void requireContinues(Progress progress, String pipeline, Connection replication) {
    if (systemId != progress.systemId()) {
      throw diverged(
          pipeline,
          "it is another database cluster: system id %s, progress was made on %s"
              .formatted(
                  Long.toUnsignedString(systemId), Long.toUnsignedString(progress.systemId())));
    }
    Lsn ours = progress.last().end();
    if (timeline != progress.timeline()) {
      Lsn branch = branchPoint(history(replication), progress.timeline());
      if (branch.isBefore(ours)) {
        throw diverged(
            pipeline,
            "timeline %d left timeline %d at %s, before our position %s"
                .formatted(timeline, progress.timeline(), branch, ours));
      }
    }
    if (position.isBefore(ours)) {
      throw diverged(
          pipeline,
          "its log ends at %s, before our position %s: was it restored from a backup?"
              .formatted(position, ours));
    }
  }

  /** Where {@code old} was left, by a history file; zero where it is no ancestor. */
  static Lsn branchPoint(String history, int old) {
    for (String line : history.split("\n", -1)) {
      String[] fields = line.trim().split("\\s+", 3);
      if (fields.length >= 2 && fields[0].equals(Integer.toString(old))) {
        return Lsn.parse(fields[1]);
      }
    }
    return Lsn.ZERO;
  }

  private String history(Connection replication) {
    try (Statement statement = replication.createStatement();
        ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
      row.next();
      String content = row.getString("content");
      return content.startsWith("\\x")
          ? new String(HexFormat.of().parseHex(content.substring(2)), UTF_8)
          : content;
    } catch (SQLException e) {
      throw SqlFailures.of(e, "reading the history of timeline " + timeline);
    }
  }

  private static RapidbyteException diverged(String pipeline, String why) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            Codes.DIVERGED,
            "the source does not continue where pipeline " + pipeline + " stands: " + why,
            "connect to the right server, or start over with: rapidbyte resync --all"));
  }
}
