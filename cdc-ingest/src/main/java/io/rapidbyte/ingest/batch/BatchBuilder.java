package io.rapidbyte.ingest.batch;

import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchLayout;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Rows of one schema version on their way into a record's value, straight from the message's bytes.
 * A row is {@link #columns} or {@link #key}, perhaps {@link #before}, and then {@link #end}; where
 * a value is refused in between, {@link #undo} takes the row back. One thread. Off-heap memory is
 * held until {@link #close}.
 *
 * <p>Tuples have the columns of the schema, in its order.
 */
public final class BatchBuilder implements AutoCloseable {
  /** A batch of so many rows is full. */
  public static final int MAX_ROWS = 32 * 1024;

  /** A batch whose rows took so many bytes on the wire is full. */
  public static final long TARGET_BYTES = 1024 * 1024;

  private static final int ROW_OVERHEAD = 32;
  private static final int KEPT_CAPACITY = 8 * 1024 * 1024;

  private final StreamSchema schema;
  private final VectorSchemaRoot root;
  private final ColumnWriter[] data;
  private final boolean[] inKey;
  private final int[] beforeColumns;
  private final ColumnWriter[] beforeWriters;
  private final StructVector beforeVector;
  private final ListVector unchangedVector;
  private final UInt2Vector unchangedItems;
  private final TinyIntVector ops;
  private final UInt8Vector lsns;
  private final UInt4Vector ordinals;
  private final UInt4Vector xids;
  private final TimeStampMicroTZVector times;
  private final int[] unchanged;
  private int unchangedCount;
  private int rows;
  private long bytes;
  private long rowBytes;

  /**
   * An empty batch.
   *
   * @param allocator where its vectors live
   */
  public BatchBuilder(StreamSchema schema, BufferAllocator allocator) {
    this.schema = schema;
    this.root = VectorSchemaRoot.create(BatchLayout.of(schema), allocator);
    int columns = schema.columns().size();
    this.data = new ColumnWriter[columns];
    this.inKey = new boolean[columns];
    this.unchanged = new int[columns];
    for (int i = 0; i < columns; i++) {
      Column column = schema.columns().get(i);
      data[i] = ColumnWriters.of(column, root.getVector(i));
      inKey[i] = schema.key().contains(column.name());
    }
    this.ops = (TinyIntVector) root.getVector(columns);
    this.lsns = (UInt8Vector) root.getVector(columns + 1);
    this.ordinals = (UInt4Vector) root.getVector(columns + 2);
    this.xids = (UInt4Vector) root.getVector(columns + 3);
    this.times = (TimeStampMicroTZVector) root.getVector(columns + 4);
    this.unchangedVector = (ListVector) root.getVector(columns + 5);
    this.unchangedItems = (UInt2Vector) unchangedVector.getDataVector();
    this.beforeVector = (StructVector) root.getVector(BatchColumns.BEFORE);
    List<Integer> old = BatchLayout.beforeColumns(schema);
    this.beforeColumns = old.stream().mapToInt(Integer::intValue).toArray();
    this.beforeWriters = new ColumnWriter[beforeColumns.length];
    for (int i = 0; i < beforeColumns.length; i++) {
      Column column = schema.columns().get(beforeColumns[i]);
      FieldVector child = beforeVector.getChildrenFromFields().get(i);
      beforeWriters[i] = ColumnWriters.of(column, child);
    }
  }

  /** The columns that every row has. */
  public StreamSchema schema() {
    return schema;
  }

  /** Rows since the last {@link #take}. */
  public int rows() {
    return rows;
  }

  /** Bytes that those rows took on the wire, roughly. */
  public long bytes() {
    return bytes;
  }

  /** Whether it is time to {@link #take}. */
  public boolean isFull() {
    return rows >= MAX_ROWS || bytes >= TARGET_BYTES;
  }

  /**
   * Writes every column of the row; a column that is {@link Tuple#UNCHANGED} is named in {@code
   * _rb_unchanged}.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException of category data where a value has no
   *     place in its vector; to be followed by {@link #undo}
   */
  public void columns(Tuple row) {
    for (int i = 0; i < data.length; i++) {
      if (row.kind(i) == Tuple.UNCHANGED) {
        unchanged[unchangedCount++] = i;
      } else {
        write(data[i], row, i);
      }
    }
  }

  /**
   * Writes the key's columns, the others stay null.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException as in {@link #columns}
   */
  public void key(Tuple row) {
    for (int i = 0; i < data.length; i++) {
      if (inKey[i]) {
        write(data[i], row, i);
      }
    }
  }

  /**
   * Writes {@code _rb_before} from the old row or key. An old value beside the key that has no
   * place in its vector is left out: its row was refused when it was new, and must be free to
   * change into one that is not, and to be deleted.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException as in {@link #columns}, of the key alone
   */
  public void before(Tuple old) {
    beforeVector.setIndexDefined(rows);
    for (int i = 0; i < beforeColumns.length; i++) {
      int column = beforeColumns[i];
      try {
        write(beforeWriters[i], old, column);
      } catch (RapidbyteException e) {
        if (inKey[column] || e.error().scope() != Scope.RECORD) {
          throw e;
        }
        beforeWriters[i].none(rows);
      }
    }
  }

  /** Completes the row. */
  public void end(Op op, long lsn, int ordinal, int xid, long micros) {
    ops.setSafe(rows, op.code());
    lsns.setSafe(rows, lsn);
    ordinals.setSafe(rows, ordinal);
    xids.setSafe(rows, xid);
    times.setSafe(rows, micros);
    if (unchangedCount > 0) {
      int at = unchangedVector.startNewValue(rows);
      for (int i = 0; i < unchangedCount; i++) {
        unchangedItems.setSafe(at + i, unchanged[i]);
      }
      unchangedVector.endValue(rows, unchangedCount);
      unchangedCount = 0;
    }
    rows++;
    bytes += rowBytes + ROW_OVERHEAD;
    rowBytes = 0;
  }

  /** Forgets what was written of a row since the last {@link #end}. */
  public void undo() {
    for (ColumnWriter writer : data) {
      writer.none(rows);
    }
    for (ColumnWriter writer : beforeWriters) {
      writer.none(rows);
    }
    beforeVector.setNull(rows);
    unchangedCount = 0;
    rowBytes = 0;
  }

  private void write(ColumnWriter writer, Tuple row, int column) {
    int length = row.length(column);
    rowBytes += length;
    switch (row.kind(column)) {
      case Tuple.BINARY -> writer.binary(rows, row.bytes(), row.offset(column), length);
      case Tuple.TEXT -> writer.text(rows, row.bytes(), row.offset(column), length);
      default -> {}
    }
  }

  /** The rows as a record's value; the builder is empty behind it. */
  public byte[] take() {
    root.setRowCount(rows);
    byte[] value = ArrowIpc.write(root);
    // Memory of ordinary batches is used again; that of a giant row is not held on to.
    if (isFull() && value.length < KEPT_CAPACITY) {
      root.getFieldVectors().forEach(FieldVector::reset);
    } else {
      root.clear();
    }
    rows = 0;
    bytes = 0;
    return value;
  }

  /** Releases the vectors; rows not taken are gone. */
  @Override
  public void close() {
    root.close();
  }
}
