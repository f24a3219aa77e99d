package io.rapidbyte.schemas.progress;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.Progress.Mark;
import io.rapidbyte.schemas.progress.Progress.Partial;
import io.rapidbyte.schemas.progress.Progress.SlotState;
import io.rapidbyte.schemas.progress.SnapshotState.Owed;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link Progress} as it stands in the progress topic: JSON, UTF-8, under the key {@link #KEY}. */
public final class ProgressJson {
  /** The record's key. */
  public static final String KEY = "source";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ProgressJson() {}

  /** The record's value. Equal progress gives equal bytes. */
  public static byte[] write(Progress progress) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("format", progress.format());
    root.put("system_id", Long.toUnsignedString(progress.systemId()));
    root.put("timeline", progress.timeline());
    root.put("slot", progress.slot());
    root.put("slot_state", label(progress.slotState()));
    root.put("publication_oid", progress.publicationOid());
    root.putObject("last")
        .put("commit", progress.last().commit().toString())
        .put("end", progress.last().end().toString());
    Partial partial = progress.partial();
    if (partial != null) {
      root.putObject("partial")
          .put("commit", partial.commit().toString())
          .put("next_ordinal", Integer.toUnsignedLong(partial.nextOrdinal()));
    }
    ObjectNode snapshots = root.putObject("snapshots");
    new TreeMap<>(progress.snapshots()).forEach((name, s) -> snapshots.set(name, snapshot(s)));
    ObjectNode versions = root.putObject("schema_versions");
    new TreeMap<>(progress.schemaVersions()).forEach(versions::put);
    if (progress.control() > 0) {
      root.put("control", progress.control());
    }
    return root.toString().getBytes(UTF_8);
  }

  /**
   * Reads a record's value.
   *
   * @throws IllegalArgumentException where it is not progress, or of a format that this version
   *     does not know
   */
  public static Progress read(byte[] value) {
    try {
      JsonNode root = JSON.readTree(value);
      int format = root.required("format").asInt();
      if (format != Progress.FORMAT) {
        throw new IllegalArgumentException("progress of an unknown format: " + format);
      }
      return read(root);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a progress document", e);
    }
  }

  private static Progress read(JsonNode root) {
    Map<String, SnapshotState> snapshots = new HashMap<>();
    root.required("snapshots")
        .forEachEntry((name, node) -> snapshots.put(name, readSnapshot(node)));
    Map<String, Integer> versions = new HashMap<>();
    root.required("schema_versions").forEachEntry((name, node) -> versions.put(name, node.asInt()));
    JsonNode last = root.required("last");
    return new Progress(
        Progress.FORMAT,
        Long.parseUnsignedLong(text(root, "system_id")),
        root.required("timeline").asInt(),
        text(root, "slot"),
        SlotState.valueOf(text(root, "slot_state").toUpperCase(Locale.ROOT)),
        root.required("publication_oid").asLong(),
        new Mark(lsn(last, "commit"), lsn(last, "end")),
        readPartial(root.get("partial")),
        snapshots,
        versions,
        root.path("control").asLong());
  }

  private static @Nullable Partial readPartial(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    return new Partial(lsn(node, "commit"), (int) node.required("next_ordinal").asLong());
  }

  private static ObjectNode snapshot(SnapshotState state) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("generation", state.generation());
    node.put("phase", label(state.phase()));
    node.put("lsn", state.lsn().toString());
    ArrayNode ranges = node.putArray("ranges");
    state.ranges().forEach(ranges::add);
    List<String> cursor = state.cursor();
    if (cursor != null) {
      cursor.forEach(node.putArray("cursor")::add);
    }
    node.put("rows", state.rows());
    if (!state.owed().keys().isEmpty()) {
      ArrayNode owed = node.putArray("owed");
      state.owed().keys().forEach(key -> key.forEach(owed.addArray()::add));
    }
    if (!state.owed().complete()) {
      node.put("owed_too_many", true);
    }
    return node;
  }

  private static SnapshotState readSnapshot(JsonNode node) {
    return new SnapshotState(
        node.required("generation").asInt(),
        Phase.valueOf(text(node, "phase").toUpperCase(Locale.ROOT)),
        lsn(node, "lsn"),
        texts(node.required("ranges")),
        node.hasNonNull("cursor") ? texts(node.required("cursor")) : null,
        node.required("rows").asLong(),
        readOwed(node));
  }

  private static Owed readOwed(JsonNode node) {
    List<List<String>> keys = new ArrayList<>();
    node.path("owed").forEach(key -> keys.add(texts(key)));
    return new Owed(keys, !node.path("owed_too_many").asBoolean());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Lsn lsn(JsonNode node, String name) {
    return Lsn.parse(text(node, name));
  }

  private static String text(JsonNode node, String name) {
    return node.required(name).asText();
  }
}
