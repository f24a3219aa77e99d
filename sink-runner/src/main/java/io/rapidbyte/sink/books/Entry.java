package io.rapidbyte.sink.books;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.PartitionId;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One record of the books' topic: what is new of one thing that is remembered. */
sealed interface Entry {
  JsonMapper JSON = new JsonMapper();

  /** Whose it is: topic and partition. */
  record Place(String topic, int partition) {
    static Place of(PartitionId partition) {
      return new Place(partition.topic(), partition.partition());
    }
  }

  Place place();

  /** How far the partition is applied. */
  record Position(Place place, Page page) implements Entry {}

  /** A key is stale, or no longer. */
  record Mark(Place place, String key, boolean set) implements Entry {}

  /** A letter waits in the outbox; without one it is gone. */
  record Letter(Place place, String id, Optional<DeadLetter> letter) implements Entry {}

  /** The record's key: a JSON array, the kind first. */
  default byte[] recordKey() {
    ArrayNode key = JSON.createArrayNode();
    String kind =
        switch (this) {
          case Position position -> "position";
          case Mark mark -> "mark";
          case Letter letter -> "letter";
        };
    key.add(kind).add(place().topic()).add(place().partition());
    switch (this) {
      case Position position -> {}
      case Mark mark -> key.add(mark.key());
      case Letter letter -> key.add(letter.id());
    }
    return key.toString().getBytes(UTF_8);
  }

  /** The record's value; empty where the thing is gone. */
  default Optional<byte[]> recordValue() {
    ObjectNode value = JSON.createObjectNode();
    switch (this) {
      case Mark mark -> {
        if (!mark.set()) {
          return Optional.empty();
        }
      }
      case Letter(Place place, String id, Optional<DeadLetter> letter) -> {
        if (letter.isEmpty()) {
          return Optional.empty();
        }
        DeadLetter there = letter.get();
        value.put("key", there.key()).put("held", there.held()).put("document", there.document());
      }
      case Position(Place place, Page page) ->
          value
              .put("cluster", page.holder().clusterId())
              .put("topic_id", page.holder().topicId())
              .put("fence", page.fence())
              .put("next_offset", page.nextOffset())
              .put("delivered", page.delivered())
              .put("schema_version", page.schemaVersion())
              .put("generation", page.generations().held())
              .put("ended_generation", page.generations().ended());
    }
    return Optional.of(value.toString().getBytes(UTF_8));
  }

  /**
   * Reads a record.
   *
   * @return empty where it is none of ours
   */
  static Optional<Entry> read(byte[] key, byte @Nullable [] value) {
    try {
      JsonNode name = JSON.readTree(key);
      Place place = new Place(name.path(1).asText(), name.path(2).asInt());
      JsonNode content = value == null ? JSON.createObjectNode() : JSON.readTree(value);
      return switch (name.path(0).asText()) {
        case "position" -> Optional.of(new Position(place, page(place, content)));
        case "mark" -> Optional.of(new Mark(place, name.path(3).asText(), value != null));
        case "letter" -> Optional.of(letter(place, name.path(3).asText(), value, content));
        default -> Optional.empty();
      };
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Entry letter(Place place, String id, byte @Nullable [] value, JsonNode content)
      throws IOException {
    if (value == null) {
      return new Letter(place, id, Optional.empty());
    }
    byte[] document = content.path("document").binaryValue();
    byte[] bytes = document == null ? new byte[0] : document;
    boolean held = content.path("held").asBoolean();
    return new Letter(
        place, id, Optional.of(new DeadLetter(id, content.path("key").asText(), bytes, held)));
  }

  private static Page page(Place place, JsonNode content) {
    return new Page(
        new PartitionId(
            place.topic(),
            place.partition(),
            content.path("cluster").asText(),
            content.path("topic_id").asText()),
        content.path("fence").asLong(),
        Math.max(Claim.LOST, content.path("next_offset").asLong(Claim.LOST)),
        content.path("delivered").asLong(),
        content.path("schema_version").asInt(),
        new Claim.Generations(
            content.path("generation").asInt(), content.path("ended_generation").asInt()));
  }
}
