package io.rapidbyte.ingest.preflight;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.catalog.ServerVersion;
import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Version, settings, slots and role. */
final class ServerChecks {
  private static final String SERVER = "server";
  private static final String ROLE = "role";
  private static final int MAX_NAME_BYTES = 63;

  /** Below these a role with REPLICATION can load any library into the server. */
  private static final Map<Integer, Integer> SECURITY_FLOOR = Map.of(15, 19, 16, 15, 17, 11, 18, 6);

  private final SourceSpec source;
  private final ServerVersion version;
  private final Map<String, String> settings;
  private final List<Finding> findings = new ArrayList<>();

  private ServerChecks(SourceSpec source, ServerVersion version, Map<String, String> settings) {
    this.source = source;
    this.version = version;
    this.settings = settings;
  }

  static List<Finding> check(SourceSpec source, ServerVersion version, Connection connection)
      throws SQLException {
    Map<String, String> settings = new HashMap<>();
    Queries.all(
        connection,
        "SELECT name, setting FROM pg_settings",
        row -> settings.put(row.getString("name"), row.getString("setting")));
    ServerChecks checks = new ServerChecks(source, version, settings);
    checks.version();
    if (version.major() >= ServerVersion.OLDEST_MAJOR) {
      checks.names();
      checks.log();
      checks.primary(connection);
      checks.slots(connection);
      checks.role(connection);
      checks.timeouts();
    }
    return checks.findings;
  }

  private void version() {
    int major = version.major();
    Integer floor = SECURITY_FLOOR.get(major);
    if (major < ServerVersion.OLDEST_MAJOR) {
      findings.add(
          Finding.failure(
              "source/version",
              SERVER,
              "the server is PostgreSQL %s, and 14 is the oldest supported".formatted(version),
              "upgrade the server"));
    } else if (floor != null && version.minor() < floor) {
      findings.add(
          Finding.warning(
              "source/security-floor",
              SERVER,
              "PostgreSQL %s lets a role with REPLICATION load any library".formatted(version),
              "update to %d.%d or later".formatted(major, floor)));
    } else {
      findings.add(Finding.ok("source/version", SERVER, "PostgreSQL " + version));
    }
  }

  private void names() {
    if (!source.slot().matches("[a-z0-9_]{1,63}")) {
      findings.add(
          Finding.failure(
              "source/slot-name",
              SERVER,
              "\"%s\" cannot name a replication slot".formatted(source.slot()),
              "use lower-case letters, digits and underscores, at most 63, in source.slot"));
    }
    if (source.publication().getBytes(UTF_8).length > MAX_NAME_BYTES) {
      findings.add(
          Finding.failure(
              "source/publication-name",
              SERVER,
              "the publication's name is longer than %d bytes".formatted(MAX_NAME_BYTES),
              "shorten source.publication"));
    }
  }

  private void log() {
    if (setting("wal_level").equals("logical")) {
      findings.add(Finding.ok("source/wal-level", SERVER, "wal_level is logical"));
    } else {
      findings.add(
          Finding.failure(
              "source/wal-level",
              SERVER,
              "wal_level is %s, and logical decoding needs logical".formatted(setting("wal_level")),
              "ALTER SYSTEM SET wal_level = 'logical'; then restart the server"));
    }
    String kept = setting("max_slot_wal_keep_size");
    findings.add(
        kept.equals("-1")
            ? Finding.info(
                "source/wal-kept",
                SERVER,
                "max_slot_wal_keep_size is not set: while the pipeline stands still, WAL may fill"
                    + " the disk",
                "ALTER SYSTEM SET max_slot_wal_keep_size = '…GB'; SELECT pg_reload_conf();")
            : Finding.info(
                "source/wal-kept",
                SERVER,
                "max_slot_wal_keep_size is %s MB: a pipeline further behind needs a resync"
                    .formatted(kept),
                ""));
    String idle = setting("idle_replication_slot_timeout");
    if (!idle.isEmpty() && !idle.equals("0")) {
      findings.add(
          Finding.warning(
              "source/slot-timeout",
              SERVER,
              "idle_replication_slot_timeout is %s: a pipeline stopped for longer needs a resync"
                  .formatted(idle),
              "ALTER SYSTEM SET idle_replication_slot_timeout = 0; SELECT pg_reload_conf();"));
    }
  }

  private void primary(Connection connection) throws SQLException {
    if (Queries.one(connection, "SELECT pg_is_in_recovery()", row -> row.getBoolean(1))) {
      findings.add(
          Finding.failure(
              "source/standby",
              SERVER,
              "the server is a standby, and a pipeline writes its marks to the log",
              "name the primary in source.postgres"));
    }
  }

  private void slots(Connection connection) throws SQLException {
    int slots =
        Queries.one(connection, "SELECT count(*) FROM pg_replication_slots", row -> row.getInt(1));
    boolean ours =
        !Queries.all(
                connection,
                "SELECT 1 FROM pg_replication_slots WHERE slot_name = ?",
                row -> row.getInt(1),
                source.slot())
            .isEmpty();
    // Beside the lasting slot a snapshot may need a temporary one.
    int free = number("max_replication_slots") - slots + (ours ? 1 : 0);
    room("source/slots", "max_replication_slots", free, ours);
    int senders =
        Queries.one(connection, "SELECT count(*) FROM pg_stat_replication", row -> row.getInt(1));
    room("source/wal-senders", "max_wal_senders", number("max_wal_senders") - senders, ours);
  }

  private void room(String code, String setting, int free, boolean running) {
    String mend =
        "ALTER SYSTEM SET %s = %d; then restart the server"
            .formatted(setting, number(setting) + 2 - Math.max(free, 0));
    String message = "%s is %s, of which %d are free".formatted(setting, setting(setting), free);
    if (free < 1 && !running) {
      findings.add(Finding.failure(code, SERVER, message, mend));
    } else if (free < 2) {
      findings.add(Finding.warning(code, SERVER, message + "; a snapshot may need two", mend));
    } else {
      findings.add(Finding.ok(code, SERVER, message));
    }
  }

  private void role(Connection connection) throws SQLException {
    String role = Queries.one(connection, "SELECT current_user::text", row -> row.getString(1));
    boolean may =
        Queries.one(
            connection,
            """
            SELECT r.rolsuper OR r.rolreplication
                OR coalesce(pg_has_role(to_regrole('rds_replication'), 'MEMBER'), false)
            FROM pg_roles r WHERE r.rolname = current_user\
            """,
            row -> row.getBoolean(1));
    String quoted = TableName.quote(role);
    findings.add(
        may
            ? Finding.ok("source/replication", ROLE, "role %s may replicate".formatted(role))
            : Finding.failure(
                "source/replication",
                ROLE,
                "role %s may not replicate".formatted(role),
                "ALTER ROLE %s REPLICATION; (on Amazon RDS: GRANT rds_replication TO %s;)"
                    .formatted(quoted, quoted)));
  }

  /** What the server or the role sets for every session, and so for ours. */
  private void timeouts() {
    Map<String, String> harm =
        Map.of(
            "statement_timeout", "ends the copy of a large table",
            "idle_in_transaction_session_timeout", "ends the session that holds a snapshot",
            "transaction_timeout", "ends the transaction that holds a snapshot");
    harm.forEach(
        (name, what) -> {
          String value = setting(name);
          if (!value.isEmpty() && !value.equals("0")) {
            findings.add(
                Finding.warning(
                    "source/timeout",
                    ROLE,
                    "%s is %s ms, which %s".formatted(name, value, what),
                    "ALTER ROLE %s SET %s = 0;"
                        .formatted(TableName.quote(source.address().user()), name)));
          }
        });
    if (setting("lock_timeout").equals("0")) {
      findings.add(
          Finding.info(
              "source/lock-timeout",
              ROLE,
              "lock_timeout is 0: creating the slot waits for every old transaction",
              "ALTER ROLE %s SET lock_timeout = '30s';"
                  .formatted(TableName.quote(source.address().user()))));
    }
  }

  private String setting(String name) {
    return settings.getOrDefault(name, "");
  }

  private int number(String name) {
    return Integer.parseInt(setting(name));
  }
}
