package io.rapidbyte.schemas.batch;

import static io.rapidbyte.schemas.batch.ArrowIpc.undecodable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
  private static final int CONTINUATION = -1;
  private static final int MAX_FIELDS = 20_000;
  private static final int MAX_DEPTH = 64;

  private final byte[] value;
  private final Schema schema;
  private final RecordBatch batch;
  private final int bodyOffset;
  private final int bodyLength;
  private int position;

  IpcMessages(byte[] value) {
    this.value = value;
    Message first = message(MessageHeader.Schema, "a schema");
    if (first.bodyLength() != 0) {
      throw undecodable("its schema has a body");
    }
    schema = schemaOf(first);
    Message second = message(MessageHeader.RecordBatch, "a record batch");
    long length = second.bodyLength();
    if (length < 0 || length > value.length - position) {
      throw undecodable("its body claims " + length + " bytes");
    }
    batch = (RecordBatch) header(second, new RecordBatch());
    bodyOffset = position;
    bodyLength = (int) length;
    position += bodyLength;
    boolean ended = position == value.length || nextLength() == 0;
    if (!ended || position != value.length) {
      throw undecodable("more follows its batch");
    }
  }

  byte[] value() {
    return value;
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

  /** The next metadata's length; 0 is the end mark. */
  private int nextLength() {
    if (value.length - position < 8) {
      throw undecodable("it ends within a message's prefix");
    }
    ByteBuffer prefix = ByteBuffer.wrap(value, position, 8).order(ByteOrder.LITTLE_ENDIAN);
    int mark = prefix.getInt();
    int length = prefix.getInt();
    if (mark != CONTINUATION) {
      throw undecodable("it is not an Arrow stream");
    }
    position += 8;
    if (length < 0 || length > value.length - position) {
      throw undecodable("a message claims " + length + " bytes");
    }
    return length;
  }

  private Message message(byte type, String what) {
    int length = nextLength();
    if (length == 0) {
      throw undecodable("it ends where " + what + " is due");
    }
    ByteBuffer metadata = ByteBuffer.wrap(value, position, length).slice();
    position += length;
    Message message = Message.getRootAsMessage(metadata);
    if (message.headerType() != type) {
      throw undecodable("it holds something else where " + what + " is due");
    }
    return message;
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
