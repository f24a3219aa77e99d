package io.rapidbyte.schemas.batch;

import static io.rapidbyte.schemas.batch.ArrowIpc.undecodable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.BufferLayout.BufferType;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Whether a record batch's lengths and offsets hold together. Arrow trusts them, and reads memory
 * that is not the batch's where they lie.
 */
final class BatchCheck {
  private static final long FREE_ROWS = 1 << 20;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final RecordBatch batch;
  private final byte[] value;
  private final int bodyOffset;
  private final long bodyLength;
  private int node;
  private int buffer;

  private BatchCheck(IpcMessages messages) {
    batch = messages.batch();
    value = messages.value();
    bodyOffset = messages.bodyOffset();
    bodyLength = messages.bodyLength();
  }

  /** Checks header and offsets against schema and body, before anything is allocated. */
  static void check(IpcMessages messages) {
    if (messages.batch().compression() != null) {
      throw undecodable("its buffers are compressed");
    }
    new BatchCheck(messages).all(messages.schema().getFields());
  }

  private void all(List<Field> fields) {
    long rows = batch.length();
    if (rows < 0 || rows > Math.max(FREE_ROWS, bodyLength * 8)) {
      throw undecodable("it claims " + rows + " rows");
    }
    for (Field field : fields) {
      if (field(field) != rows) {
        throw undecodable("column " + field.getName() + " has another length than the batch");
      }
    }
    if (node != batch.nodesLength() || buffer != batch.buffersLength()) {
      throw undecodable("it has other columns than its schema");
    }
  }

  private long field(Field field) {
    supported(field);
    if (node >= batch.nodesLength()) {
      throw undecodable("it has fewer columns than its schema");
    }
    FieldNode entry = batch.nodes(node++);
    long length = entry.length();
    long nulls = entry.nullCount();
    if (length < 0 || nulls < 0 || nulls > length || length > Math.max(FREE_ROWS, bodyLength * 8)) {
      throw undecodable("column " + field.getName() + " claims " + length + " values");
    }
    long last = 0;
    for (BufferLayout layout : TypeLayout.getTypeLayout(field.getType()).getBufferLayouts()) {
      last = buffer(field, layout, length, nulls, last);
    }
    for (Field child : field.getChildren()) {
      long childLength = field(child);
      long least = leastChildLength(field.getType(), length, last);
      if (childLength < least) {
        throw undecodable("column " + field.getName() + " is longer than its parts");
      }
    }
    return length;
  }

  private static long leastChildLength(ArrowType type, long length, long lastOffset) {
    return switch (type) {
      case ArrowType.Struct s -> length;
      case ArrowType.FixedSizeList list -> Math.multiplyExact(length, (long) list.getListSize());
      default -> lastOffset;
    };
  }

  /** Checks one buffer; returns the last offset where it holds offsets, else {@code last}. */
  private long buffer(Field field, BufferLayout layout, long length, long nulls, long last) {
    if (buffer >= batch.buffersLength()) {
      throw undecodable("it has fewer buffers than its schema asks for");
    }
    Buffer entry = batch.buffers(buffer++);
    long size = entry.length();
    if (entry.offset() < 0 || size < 0 || entry.offset() > bodyLength - size) {
      throw undecodable("a buffer of column " + field.getName() + " lies outside of its body");
    }
    long least =
        switch (layout.getType()) {
          case VALIDITY -> nulls == 0 || nulls == length ? 0 : (length + 7) / 8;
          case OFFSET -> length == 0 ? 0 : (length + 1) * (layout.getTypeBitWidth() / 8);
          case DATA ->
              varying(field.getType()) ? last : (length * layout.getTypeBitWidth() + 7) / 8;
          default -> throw undecodable("column " + field.getName() + " has an unknown layout");
        };
    if (size < least) {
      throw undecodable("a buffer of column " + field.getName() + " is shorter than its values");
    }
    return layout.getType() == BufferType.OFFSET ? lastOffset(field, entry.offset(), length) : last;
  }

  private static boolean varying(ArrowType type) {
    return type instanceof ArrowType.Utf8 || type instanceof ArrowType.Binary;
  }

  /** A field and its children are of types that batches have. */
  static void requireSupported(Field field) {
    supported(field);
    field.getChildren().forEach(BatchCheck::requireSupported);
  }

  /** Layouts that this check knows. */
  private static void supported(Field field) {
    boolean ok =
        switch (field.getType()) {
          case ArrowType.Bool t -> true;
          case ArrowType.Int t -> true;
          case ArrowType.FloatingPoint t -> true;
          case ArrowType.Decimal t -> true;
          case ArrowType.Utf8 t -> true;
          case ArrowType.Binary t -> true;
          case ArrowType.FixedSizeBinary t -> t.getByteWidth() >= 0;
          case ArrowType.Date t -> true;
          case ArrowType.Time t -> true;
          case ArrowType.Timestamp t -> true;
          case ArrowType.Duration t -> true;
          case ArrowType.Interval t -> true;
          case ArrowType.List t -> field.getChildren().size() == 1;
          case ArrowType.FixedSizeList t -> field.getChildren().size() == 1 && t.getListSize() >= 0;
          case ArrowType.Map t -> isMap(field);
          case ArrowType.Struct t -> true;
          default -> false;
        };
    if (!ok) {
      throw undecodable("column " + field.getName() + " is of type " + field.getType());
    }
  }

  private static boolean isMap(Field field) {
    return field.getChildren().size() == 1
        && field.getChildren().get(0).getType() instanceof ArrowType.Struct
        && field.getChildren().get(0).getChildren().size() == 2;
  }

  /** Checks that offsets rise and returns the last. */
  private long lastOffset(Field field, long start, long count) {
    int at = (int) (bodyOffset + start);
    int last = count == 0 ? 0 : (int) INT.get(value, at);
    boolean sound = last >= 0;
    for (long i = 1; i <= count; i++) {
      int next = (int) INT.get(value, at + (int) (4 * i));
      sound &= next >= last;
      last = next;
    }
    if (!sound) {
      throw undecodable("the offsets of column " + field.getName() + " do not rise");
    }
    return last;
  }
}
