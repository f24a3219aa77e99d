package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** The pipeline's replication slot. */
public final class Slot {
  private static final String QUERY =
      """
      SELECT plugin, database = current_database() AS here, active_pid,
             coalesce(wal_status, '') AS wal_status, confirmed_flush_lsn::text AS confirmed,
             coalesce(to_jsonb(s) ->> 'invalidation_reason', to_jsonb(s) ->> 'conflicting', '')
               AS invalid
      FROM pg_replication_slots s WHERE slot_name = ?\
      """;

  /** A little more than wal_sender_timeout's default. */
  private static final Duration RELEASE = Duration.ofSeconds(65);

  /** The first version whose standbys can hold a logical slot. */
  private static final int FAILOVER_SLOTS = 17;

  private final String name;

  /** Speaks of the slot {@code name}. */
  public Slot(String name) {
    this.name = name;
  }

  /**
   * A slot as the catalog shows it.
   *
   * @param activePid the session that uses it, 0 for none
   * @param invalid why Postgres has given it up; empty where it has not
   */
  public record State(String plugin, boolean here, int activePid, Lsn confirmed, String invalid) {}

  /**
   * A slot just made.
   *
   * @param consistentPoint what commits behind it is streamed
   * @param snapshot the name of the exported snapshot of what committed before; it lives until the
   *     connection is used again or closed
   */
  public record Created(Lsn consistentPoint, String snapshot) {}

  /** How the slot is, or empty where there is none. */
  public Optional<State> state(Connection sql) {
    try (PreparedStatement statement = sql.prepareStatement(QUERY)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        String confirmed = row.getString("confirmed");
        boolean lost = row.getString("wal_status").equals("lost");
        String invalid = row.getString("invalid").replace("false", "");
        return Optional.of(
            new State(
                String.valueOf(row.getString("plugin")),
                row.getBoolean("here"),
                row.getInt("active_pid"),
                confirmed == null ? Lsn.ZERO : Lsn.parse(confirmed),
                lost && invalid.isEmpty() ? "wal_removed" : invalid));
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e, "looking for replication slot " + name);
    }
  }

  /**
   * Checks that the slot still hands out everything behind {@code ours}.
   *
   * @throws RapidbyteException {@code RESYNC_REQUIRED} where it does not: Postgres itself would
   *     skip the gap silently
   */
  public void requireContinues(Connection sql, Lsn ours) {
    State state =
        state(sql).orElseThrow(() -> resync("it does not exist any more", "was it dropped?"));
    if (!state.plugin.equals("pgoutput") || !state.here) {
      throw resync("it is of another plugin or database", "is it ours?");
    }
    if (!state.invalid.isEmpty()) {
      throw resync(
          "Postgres has invalidated it (" + state.invalid + ")",
          "raise max_slot_wal_keep_size or idle_replication_slot_timeout");
    }
    if (state.confirmed.isAfter(ours)) {
      throw resync(
          "it was confirmed up to %s by somebody else, our position is %s"
              .formatted(state.confirmed, ours),
          "changes in between are lost to the slot");
    }
  }

  /**
   * Makes the slot and exports the snapshot that it continues. From PostgreSQL 17 on it is one that
   * standbys keep in step, so that it goes on behind a failover.
   *
   * @param replication stays unused and open for as long as the snapshot is wanted
   */
  public Created create(Connection replication) {
    return create(replication, "", isAtLeast(replication, FAILOVER_SLOTS));
  }

  /** The same, but the slot ends with the connection. */
  public Created createTemporary(Connection replication) {
    return create(replication, " TEMPORARY", false);
  }

  private static boolean isAtLeast(Connection replication, int major) {
    try {
      return replication.getMetaData().getDatabaseMajorVersion() >= major;
    } catch (SQLException e) {
      throw SqlFailures.of(e, "asking for the server's version");
    }
  }

  private Created create(Connection replication, String kind, boolean failover) {
    String command =
        "CREATE_REPLICATION_SLOT %s%s LOGICAL pgoutput %s"
            .formatted(
                TableName.quote(name),
                kind,
                failover ? "(SNAPSHOT 'export', FAILOVER)" : "EXPORT_SNAPSHOT");
    try (Statement statement = replication.createStatement();
        ResultSet row = statement.executeQuery(command)) {
      row.next();
      return new Created(
          Lsn.parse(row.getString("consistent_point")), row.getString("snapshot_name"));
    } catch (SQLException e) {
      throw SqlFailures.of(
          e, "creating replication slot " + name + " (it waits for older transactions to end)");
    }
  }

  /**
   * Drops the slot if it is there, waiting for a session that a leader before us may have left.
   *
   * @throws RapidbyteException where somebody keeps using it
   * @throws InterruptedException where the thread is asked to stop
   */
  public void release(Connection sql) throws InterruptedException {
    long deadline = System.nanoTime() + RELEASE.toNanos();
    int holder = holder(sql);
    while (holder != 0) {
      if (System.nanoTime() > deadline) {
        throw inUse(holder);
      }
      Thread.sleep(200);
      holder = holder(sql);
    }
    drop(sql);
  }

  private int holder(Connection sql) {
    return state(sql).map(State::activePid).orElse(0);
  }

  /** Drops the slot if it is there. */
  public void drop(Connection sql) {
    try (PreparedStatement statement =
        sql.prepareStatement(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                + " WHERE slot_name = ?")) {
      statement.setString(1, name);
      statement.execute();
    } catch (SQLException e) {
      throw SqlFailures.of(e, "dropping replication slot " + name);
    }
  }

  /** The failure for a slot that is there though nothing of ours says that we made it. */
  public RapidbyteException notOurs() {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            Codes.SLOT_NOT_OURS,
            "replication slot %s exists, but this pipeline's Kafka holds no progress for it"
                .formatted(name),
            "if it was this pipeline's and its Kafka was lost: rapidbyte resync --all; else name"
                + " another slot in source.postgres"));
  }

  /** The failure for a slot that another session uses for too long. */
  public RapidbyteException inUse(int pid) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            "source/slot-in-use",
            "replication slot %s is in use by session %d".formatted(name, pid),
            "stop the other user of the slot, or end its session: SELECT pg_terminate_backend(%d);"
                .formatted(pid)));
  }

  private RapidbyteException resync(String why, String hint) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            Codes.SOURCE_RESYNC_REQUIRED,
            "replication slot %s cannot continue our position: %s; %s".formatted(name, why, hint),
            "rapidbyte resync --all"));
  }
}
