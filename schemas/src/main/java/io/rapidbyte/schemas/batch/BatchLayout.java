package io.rapidbyte.schemas.batch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.ArrowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The Arrow schema of a stream's batches. */
public final class BatchLayout {
  private BatchLayout() {}

  /**
   * Data columns in the stream's order, then the columns of {@link BatchColumns} in theirs. {@code
   * _rb_before} is always there; its children are all data columns under REPLICA IDENTITY FULL and
   * the key columns otherwise, both in the stream's order.
   */
  public static Schema of(StreamSchema stream) {
    List<Field> data = stream.columns().stream().map(ArrowTypes::field).toList();
    List<Field> fields = new ArrayList<>(data);
    fields.add(BatchColumns.OP_FIELD);
    fields.add(BatchColumns.LSN_FIELD);
    fields.add(BatchColumns.ORDINAL_FIELD);
    fields.add(BatchColumns.XID_FIELD);
    fields.add(BatchColumns.TS_FIELD);
    fields.add(BatchColumns.UNCHANGED_FIELD);
    fields.add(BatchColumns.before(beforeColumns(stream).stream().map(data::get).toList()));
    return new Schema(fields, metadata(stream));
  }

  /** Indexes of the data columns that {@code _rb_before} holds, in its order. */
  public static List<Integer> beforeColumns(StreamSchema stream) {
    List<Integer> indexes = new ArrayList<>();
    List<Column> columns = stream.columns();
    for (int i = 0; i < columns.size(); i++) {
      if (stream.identity() == ReplicaIdentity.FULL
          || stream.key().contains(columns.get(i).name())) {
        indexes.add(i);
      }
    }
    return indexes;
  }

  private static Map<String, String> metadata(StreamSchema stream) {
    ArrayNode key = JsonNodeFactory.instance.arrayNode();
    stream.key().forEach(key::add);
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(BatchColumns.META_STREAM, stream.stream());
    metadata.put(BatchColumns.META_KEY, key.toString());
    metadata.put(BatchColumns.META_VERSION, Integer.toString(stream.version()));
    return metadata;
  }
}
