package io.rapidbyte.sink.destination;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.schemas.batch.BatchColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A stream's data columns and key, as a batch's Arrow schema tells them.
 *
 * @param version the stream schema's version
 * @param columns without the {@code _rb_} ones, in the source's order; {@code pg.type} and others
 *     in their metadata
 * @param key names of key columns, in key order; empty without a key
 */
public record TableShape(int version, List<Field> columns, List<String> key) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public TableShape {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /**
   * Reads a batch's schema.
   *
   * @throws IllegalArgumentException where it is not one of ours
   */
  public static TableShape of(Schema schema) {
    Map<String, String> metadata = schema.getCustomMetadata();
    List<Field> columns = new ArrayList<>();
    for (Field field : schema.getFields()) {
      if (!field.getName().startsWith(BatchColumns.PREFIX)) {
        columns.add(field);
      }
    }
    return new TableShape(
        Integer.parseInt(metadata.getOrDefault(BatchColumns.META_VERSION, "0")),
        columns,
        key(metadata.getOrDefault(BatchColumns.META_KEY, "[]")));
  }

  private static List<String> key(String json) {
    try {
      List<String> names = new ArrayList<>();
      for (JsonNode name : JSON.readTree(json)) {
        names.add(name.asText());
      }
      return names;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a list of key columns: " + json, e);
    }
  }

  /** Indexes of the key columns, in key order. */
  public int[] keyIndexes() {
    return key.stream().mapToInt(this::indexOf).toArray();
  }

  /** A column's place among {@link #columns}. */
  public int indexOf(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).getName().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("the batch has no column " + name);
  }
}
