package io.rapidbyte.ingest.commit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.spec.StreamSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a stream's rows in the topics were chosen by: a record of the spec topic, under the key
 * {@code stream/<name>}. What differs from it at a start decides whether rows are copied again.
 *
 * @param relationOid the table; one that was made again has another
 * @param where the condition; empty where there is none
 * @param columns those selected, each with the Arrow type asked for; null for all
 * @param destinations that take the stream
 * @param published what identifies the table's entry in its publication; empty where that is not
 *     known. Another entry has published nothing of what happened before it
 * @param partitions of a partitioned table those that hold rows: OID → file, which another takes
 *     the place of when the partition is truncated
 */
public record AppliedStream(
    String stream,
    int relationOid,
    String where,
    @Nullable List<String> columns,
    List<String> destinations,
    String published,
    Map<Integer, Long> partitions) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "stream/";

  public AppliedStream {
    columns = columns == null ? null : List.copyOf(new TreeSet<>(columns));
    destinations = List.copyOf(new TreeSet<>(destinations));
    partitions = Map.copyOf(partitions);
  }

  /** What a run reads of a stream. */
  public static AppliedStream of(
      StreamPlan plan, PipelineSpec pipeline, String published, Map<Integer, Long> partitions) {
    Optional<StreamSpec> spec = new StreamSelection(pipeline.streams()).settingsFor(plan.table());
    List<StreamSpec.ColumnSpec> named = spec.map(StreamSpec::columns).orElse(null);
    List<String> columns =
        named == null
            ? null
            : named.stream()
                .map(c -> c.as() == null ? c.name() : c.name() + " as " + c.as())
                .toList();
    return new AppliedStream(
        plan.stream(),
        plan.relationOid(),
        plan.where().orElse(""),
        columns,
        takers(plan, pipeline),
        published,
        partitions);
  }

  /** The same in another entry of a publication. */
  public AppliedStream withPublished(String other) {
    return new AppliedStream(stream, relationOid, where, columns, destinations, other, partitions);
  }

  private static List<String> takers(StreamPlan plan, PipelineSpec pipeline) {
    return pipeline.destinations().stream()
        .filter(
            d ->
                d.streams().isEmpty()
                    || d.streams().stream()
                        .anyMatch(name -> StreamSelection.matches(name, plan.table())))
        .map(DestinationSpec::name)
        .toList();
  }

  /** The first destination that did not take the stream before; empty where there is none. */
  public Optional<String> addedDestination(AppliedStream before) {
    return destinations.stream().filter(name -> !before.destinations.contains(name)).findFirst();
  }

  /**
   * Why rows that were not sent, or were sent otherwise, are wanted now; empty where none are.
   *
   * @param before what held until now
   */
  public Optional<String> widens(AppliedStream before) {
    if (relationOid != before.relationOid) {
      return Optional.of("the table was made again");
    } else if (!where.equals(before.where)) {
      return Optional.of("where is another");
    } else if (before.columns != null
        && (columns == null || !before.columns.containsAll(columns))) {
      return Optional.of("columns are more, or others");
    } else if (!before.published.isEmpty() && !published.equals(before.published)) {
      return Optional.of("somebody altered how the table is published, and it missed changes");
    }
    return Optional.empty();
  }

  /** The record that says so. */
  public OutRecord record(String specTopic) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("relation", Integer.toUnsignedLong(relationOid));
    root.put("where", where);
    if (columns != null) {
      ArrayNode array = root.putArray("columns");
      columns.forEach(array::add);
    }
    ArrayNode takers = root.putArray("destinations");
    destinations.forEach(takers::add);
    if (!published.isEmpty()) {
      root.put("published", published);
    }
    if (!partitions.isEmpty()) {
      ObjectNode files = root.putObject("partitions");
      new TreeMap<>(partitions)
          .forEach((oid, file) -> files.put(Integer.toUnsignedString(oid), file));
    }
    byte[] value = root.toString().getBytes(UTF_8);
    return new OutRecord("", specTopic, 0, (KEY + stream).getBytes(UTF_8), value, List.of(), 0);
  }

  /** Reads a record of the spec topic; empty where it is of something else. */
  static Optional<AppliedStream> read(String key, byte[] value) {
    if (!key.startsWith(KEY)) {
      return Optional.empty();
    }
    try {
      JsonNode root = JSON.readTree(value);
      List<String> columns = root.hasNonNull("columns") ? texts(root.get("columns")) : null;
      int oid = (int) root.required("relation").asLong();
      return Optional.of(
          new AppliedStream(
              key.substring(KEY.length()),
              oid,
              root.required("where").asText(),
              columns,
              texts(root.required("destinations")),
              root.path("published").asText(),
              files(root.path("partitions"))));
    } catch (IOException e) {
      throw new IllegalArgumentException("not a record of the spec topic: " + key, e);
    }
  }

  private static Map<Integer, Long> files(JsonNode node) {
    Map<Integer, Long> files = new HashMap<>();
    node.properties()
        .forEach(
            each -> files.put(Integer.parseUnsignedInt(each.getKey()), each.getValue().asLong()));
    return files;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
