package io.rapidbyte.schemas.batch;

import static io.rapidbyte.schemas.batch.ArrowIpc.undecodable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The messages in an Arrow IPC stream: a schema, one record batch, and perhaps the end mark. Every
 * length is checked against the bytes that are there.
 */
final class IpcMessages {
  private static final int MAX_FIELDS = 20_000;
  private static final int MAX_DEPTH = 64;

  private final IpcCursor cursor;
  private final Schema schema;
  private final RecordBatch batch;
  private final int bodyOffset;
  private final int bodyLength;

  IpcMessages(byte[] value) {
    cursor = new IpcCursor(value);
    schema = schema(cursor);
    Message second = cursor.message(MessageHeader.RecordBatch, "a record batch");
    batch = (RecordBatch) header(second, new RecordBatch());
    bodyOffset = cursor.position();
    bodyLength = cursor.body(second);
    cursor.end();
  }

  /** The schema with which the messages begin; what follows is not looked at. */
  static Schema schema(byte[] value) {
    return schema(new IpcCursor(value));
  }

  private static Schema schema(IpcCursor cursor) {
    Message first = cursor.message(MessageHeader.Schema, "a schema");
    if (first.bodyLength() != 0) {
      throw undecodable("its schema has a body");
    }
    return schemaOf(first);
  }

  byte[] value() {
    return cursor.value();
  }

  Schema schema() {
    return schema;
  }

  RecordBatch batch() {
    return batch;
  }

  int bodyOffset() {
    return bodyOffset;
  }

  int bodyLength() {
    return bodyLength;
  }

  private static com.google.flatbuffers.Table header(
      Message message, com.google.flatbuffers.Table table) {
    com.google.flatbuffers.Table header = message.header(table);
    if (header == null) {
      throw undecodable("a message has no header");
    }
    return header;
  }

  private static Schema schemaOf(Message message) {
    org.apache.arrow.flatbuf.Schema raw =
        (org.apache.arrow.flatbuf.Schema) header(message, new org.apache.arrow.flatbuf.Schema());
    int budget = MAX_FIELDS;
    for (int i = 0; i < raw.fieldsLength(); i++) {
      budget = count(raw.fields(i), MAX_DEPTH, budget);
    }
    Schema converted = Schema.convertSchema(raw);
    List<Field> fields = new ArrayList<>();
    converted.getFields().forEach(field -> fields.add(storage(field)));
    return new Schema(fields, converted.getCustomMetadata());
  }

  /** Fields may refer to each other in any way in hostile bytes: counted before they are built. */
  private static int count(org.apache.arrow.flatbuf.Field field, int depth, int budget) {
    int left = budget - 1;
    if (left < 0 || depth == 0) {
      throw undecodable("its schema is too large");
    }
    for (int i = 0; i < field.childrenLength(); i++) {
      left = count(field.children(i), depth - 1, left);
    }
    return left;
  }

  /** Extension types that some library has registered become their storage again. */
  private static Field storage(Field field) {
    if (field.getDictionary() != null) {
      throw undecodable("column " + field.getName() + " is dictionary-encoded");
    }
    ArrowType type = field.getType();
    Map<String, String> metadata = new TreeMap<>(field.getMetadata());
    if (type instanceof ArrowType.ExtensionType extension) {
      metadata.put(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME, extension.extensionName());
      metadata.put(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_METADATA, extension.serialize());
      type = extension.storageType();
    }
    List<Field> children = new ArrayList<>();
    field.getChildren().forEach(child -> children.add(storage(child)));
    return new Field(
        field.getName(), new FieldType(field.isNullable(), type, null, metadata), children);
  }
}
