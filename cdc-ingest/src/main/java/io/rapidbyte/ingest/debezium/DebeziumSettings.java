package io.rapidbyte.ingest.debezium;

import io.debezium.connector.postgresql.PostgresConnector;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.schemas.stream.TableName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The connector's settings: it reads rows, and keeps its hands off everything else. */
final class DebeziumSettings {
  private DebeziumSettings() {}

  /**
   * The settings of one session.
   *
   * @param session a name that no other session of the process has
   * @param unchanged a word that no value is
   */
  static Map<String, String> of(
      PipelineSpec spec, Collection<TableName> tables, String session, String unchanged) {
    Map<String, String> all = new HashMap<>();
    connection(spec, all);
    all.put("connector.class", PostgresConnector.class.getName());
    all.put("name", session);
    all.put("topic.prefix", session);
    all.put("table.include.list", pattern(tables));
    nothingOfOurs(spec, all);
    values(all, unchanged);
    all.put("poll.interval.ms", "1");
    all.put("max.batch.size", "2048");
    // Key changes are two events; Debezium must never wait for room, it is the hand-over that does.
    all.put("max.queue.size", Integer.toString(4 * HandOver.MOST_FRAMES));
    all.put("errors.max.retries", "0");
    all.put("executor.shutdown.timeout.ms", "2000");
    return all;
  }

  private static void connection(PipelineSpec spec, Map<String, String> all) {
    PostgresAddress address = spec.source().address();
    String host = address.host();
    boolean literal = host.indexOf(':') >= 0 && !host.startsWith("[");
    all.put("database.hostname", literal ? "[" + host + "]" : host);
    all.put("database.port", Integer.toString(address.port()));
    all.put("database.dbname", URLEncoder.encode(address.database(), StandardCharsets.UTF_8));
    all.put("database.user", address.user());
    var password = address.password();
    if (password != null) {
      all.put("database.password", password.reveal());
    }
    all.put("database.sslmode", address.sslmode());
    address.properties().forEach((name, value) -> all.put("driver." + name, value));
    all.put("driver.connectTimeout", "10");
    all.put("driver.options", "-c row_security=off -c lock_timeout=30s");
  }

  /** Slot, publication, snapshots, positions and messages are ours. */
  private static void nothingOfOurs(PipelineSpec spec, Map<String, String> all) {
    all.put("plugin.name", "pgoutput");
    all.put("slot.name", spec.source().slot());
    all.put("slot.drop.on.stop", "false");
    all.put("publication.name", spec.source().publication());
    all.put("publication.autocreate.mode", "disabled");
    all.put("lsn.flush.mode", "manual");
    all.put("snapshot.mode", "no_data");
    all.put("heartbeat.interval.ms", "0");
    all.put("provide.transaction.metadata", "false");
    all.put("tombstones.on.delete", "false");
    all.put("skip.messages.without.change", "false");
  }

  private static void values(Map<String, String> all, String unchanged) {
    all.put("include.unknown.datatypes", "true");
    all.put("decimal.handling.mode", "string");
    all.put("schema.name.adjustment.mode", "none");
    all.put("field.name.adjustment.mode", "none");
    all.put("event.processing.failure.handling.mode", "fail");
    // Of a value: what is missing then is found by comparison with the log. Of a column's default,
    // which is of no interest here, a failure would stop it.
    all.put("event.converting.failure.handling.mode", "warn");
    all.put("converters", "text");
    all.put("text.type", TextConverter.class.getName());
    all.put("text." + TextConverter.UNCHANGED, unchanged);
  }

  /** A list of patterns, each of one table; no character in them has a meaning of its own. */
  static String pattern(Collection<TableName> tables) {
    return tables.stream()
        .sorted()
        .map(table -> literal(table.schema()) + "\\." + literal(table.table()))
        .collect(Collectors.joining(","));
  }

  private static String literal(String name) {
    return name.codePoints()
        .mapToObj(
            c ->
                Character.isLetterOrDigit(c) || c == '_'
                    ? Character.toString(c)
                    : "\\x{" + Integer.toHexString(c) + "}")
        .collect(Collectors.joining());
  }
}
