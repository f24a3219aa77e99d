package io.rapidbyte.app.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What several processes of one pipeline tell of it, put together as if it were one: the source as
 * its leader sees it, each stream's deliveries summed up.
 */
public final class LiveStatus {
  /** Counts that add up where processes share a destination's partitions. */
  private static final Set<String> SUMMED =
      Set.of("rows", "refused", "records_behind", "dead_letters");

  private LiveStatus() {}

  /**
   * One status of the same shape as {@link StatusJson}'s.
   *
   * @param ingesting of processes that read the source
   * @param others of the rest
   */
  public static ObjectNode of(List<JsonNode> ingesting, List<JsonNode> others) {
    List<JsonNode> rest = new ArrayList<>(ingesting);
    rest.addAll(others);
    JsonNode leader =
        ingesting.stream().filter(LiveStatus::leads).findFirst().orElse(rest.getFirst());
    rest.remove(leader);
    ObjectNode whole = leader.deepCopy();
    Map<String, ObjectNode> streams = new TreeMap<>();
    Map<String, ObjectNode> destinations = new TreeMap<>();
    merge(leader, streams, destinations);
    rest.forEach(each -> merge(each, streams, destinations));
    whole.putArray("streams").addAll(streams.values());
    whole.putArray("destinations").addAll(destinations.values());
    return whole;
  }

  private static boolean leads(JsonNode status) {
    return !status.at("/source/phase").asText().equals("standby");
  }

  private static void merge(
      JsonNode status, Map<String, ObjectNode> streams, Map<String, ObjectNode> destinations) {
    for (JsonNode each : status.path("streams")) {
      ObjectNode known = streams.putIfAbsent(each.path("stream").asText(), each.deepCopy());
      if (known != null) {
        deliveries(known.withObject("destinations"), each.path("destinations"));
      }
    }
    for (JsonNode each : status.path("destinations")) {
      String name = each.path("name").asText();
      ObjectNode known = destinations.get(name);
      if (known == null || isWorse(each, known)) {
        destinations.put(name, each.deepCopy());
      }
    }
  }

  /** A process that does not run the destination knows nothing of it. */
  private static boolean isWorse(JsonNode one, JsonNode known) {
    return one.has("error") || known.path("state").asText().equals("starting");
  }

  private static void deliveries(ObjectNode known, JsonNode more) {
    more.properties()
        .forEach(
            each -> {
              JsonNode before = known.path(each.getKey());
              known.set(
                  each.getKey(),
                  before.isObject() ? sum(before, each.getValue()) : each.getValue());
            });
  }

  private static ObjectNode sum(JsonNode one, JsonNode other) {
    ObjectNode sum = JsonNodeFactory.instance.objectNode();
    for (JsonNode part : List.of(one, other)) {
      part.properties()
          .forEach(
              each -> {
                boolean adds = SUMMED.contains(each.getKey());
                long before = sum.path(each.getKey()).asLong();
                if (adds) {
                  sum.put(each.getKey(), before + each.getValue().asLong());
                } else {
                  sum.set(each.getKey(), each.getValue());
                }
              });
    }
    return sum;
  }
}
