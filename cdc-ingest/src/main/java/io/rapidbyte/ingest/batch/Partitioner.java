package io.rapidbyte.ingest.batch;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.ArrowBufPointer;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.ElementAddressableVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.kafka.common.utils.Utils;

/**
 * Which partition a key belongs to: murmur2, as Kafka's own, of the key columns' Arrow values, each
 * behind its length (4 bytes, big-endian, -1 for NULL), mod the number of partitions. It is the
 * same whether a value came as text or binary, from COPY or the log. Whole numbers count as 8
 * bytes, so that a key which becomes a {@code bigint} stays where it is. One thread.
 */
public final class Partitioner implements AutoCloseable {
  private final int partitions;
  private final int[] columns;
  private final List<FieldVector> vectors = new ArrayList<>();
  private final List<ColumnWriter> writers = new ArrayList<>();
  private final ArrowBufPointer pointer = new ArrowBufPointer();

  /** Tuples will have the columns of {@code schema}, in its order. */
  public Partitioner(StreamSchema schema, int partitions, BufferAllocator allocator) {
    this.partitions = partitions;
    this.columns = schema.key().stream().mapToInt(schema::indexOf).toArray();
    if (partitions > 1) {
      for (int index : columns) {
        Column column = schema.columns().get(index);
        FieldVector vector =
            io.rapidbyte.schemas.type.ArrowTypes.field(column).createVector(allocator);
        vectors.add(vector);
        writers.add(ColumnWriters.of(column, vector));
      }
    }
  }

  /** How many partitions there are. */
  public int partitions() {
    return partitions;
  }

  /**
   * The partition of the row's key.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException of category data where a key column's
   *     value is refused
   */
  public int of(Tuple row) {
    if (partitions == 1 || columns.length == 0) {
      return 0;
    }
    int size = 0;
    byte[][] values = new byte[columns.length][];
    for (int i = 0; i < columns.length; i++) {
      values[i] = value(row, i);
      size += Integer.BYTES + values[i].length;
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (int i = 0; i < columns.length; i++) {
      boolean isNull = row.kind(columns[i]) == Tuple.NULL;
      all.putInt(isNull ? -1 : values[i].length).put(values[i]);
    }
    return Utils.toPositive(Utils.murmur2(all.array())) % partitions;
  }

  private byte[] value(Tuple row, int i) {
    int column = columns[i];
    FieldVector vector = vectors.get(i);
    vector.reset();
    ColumnWriter writer = writers.get(i);
    switch (row.kind(column)) {
      case Tuple.BINARY -> writer.binary(0, row.bytes(), row.offset(column), row.length(column));
      case Tuple.TEXT -> writer.text(0, row.bytes(), row.offset(column), row.length(column));
      default -> {
        return new byte[0];
      }
    }
    vector.setValueCount(1);
    if (vector instanceof BaseIntVector number) {
      ByteBuffer wide = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      return wide.putLong(number.getValueAsLong(0)).array();
    }
    if (!(vector instanceof ElementAddressableVector flat)) {
      return String.valueOf(vector.getObject(0)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
    ArrowBufPointer at = flat.getDataPointer(0, pointer);
    byte[] bytes = new byte[(int) at.getLength()];
    java.util.Objects.requireNonNull(at.getBuf()).getBytes(at.getOffset(), bytes);
    return bytes;
  }

  @Override
  public void close() {
    vectors.forEach(FieldVector::close);
  }
}
