package io.rapidbyte.testkit.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchLayout;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
import org.jspecify.annotations.Nullable;

/**
 * Builds batches by hand: values in Postgres's text form, {@link #UNCHANGED} for what the log left
 * out. Positions count up from the first.
 */
public final class TestBatch {
  /** Stands for a value that did not change and is not there. */
  public static final String UNCHANGED = new String("unchanged");

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Row(Op op, @Nullable String[] values, @Nullable String @Nullable [] oldKey) {}

  private final StreamSchema stream;
  private final long lsn;
  private final int firstOrdinal;
  private final long commitMicros;
  private final List<Row> rows = new ArrayList<>();

  private TestBatch(StreamSchema stream, long lsn, int firstOrdinal, long commitMicros) {
    this.stream = stream;
    this.lsn = lsn;
    this.firstOrdinal = firstOrdinal;
    this.commitMicros = commitMicros;
  }

  /** An empty batch of a transaction that committed at {@code lsn}. */
  public static TestBatch at(StreamSchema stream, long lsn) {
    return new TestBatch(stream, lsn, 0, 1_700_000_000_000_000L);
  }

  /** The same with its commit time. */
  public TestBatch committed(long micros) {
    return new TestBatch(stream, lsn, firstOrdinal, micros);
  }

  public TestBatch snapshot(@Nullable String... values) {
    return add(Op.SNAPSHOT, values, null);
  }

  public TestBatch insert(@Nullable String... values) {
    return add(Op.INSERT, values, null);
  }

  public TestBatch update(@Nullable String... values) {
    return add(Op.UPDATE, values, null);
  }

  /** A delete carries the key alone. */
  public TestBatch delete(String... key) {
    return add(Op.DELETE, keyOnly(key), null);
  }

  /** A delete of the old key and an insert that carries it. */
  public TestBatch keyChange(String oldKey, @Nullable String... values) {
    delete(oldKey);
    return add(Op.INSERT, values, keyOnly(oldKey));
  }

  /** An update with the whole old row, as REPLICA IDENTITY FULL gives it. */
  public TestBatch update(@Nullable String[] old, @Nullable String... values) {
    return add(Op.UPDATE, values, old.clone());
  }

  private @Nullable String[] keyOnly(String... key) {
    @Nullable String[] values = new String[stream.columns().size()];
    for (int i = 0; i < key.length; i++) {
      values[stream.indexOf(stream.key().get(i))] = key[i];
    }
    return values;
  }

  private TestBatch add(Op op, @Nullable String[] values, @Nullable String @Nullable [] oldKey) {
    if (values.length != stream.columns().size()) {
      throw new IllegalArgumentException(values.length + " values for " + stream);
    }
    rows.add(new Row(op, values.clone(), oldKey));
    return this;
  }

  public StreamSchema stream() {
    return stream;
  }

  public long lsn() {
    return lsn;
  }

  public int rowCount() {
    return rows.size();
  }

  /** The batch as vectors; the caller closes them. */
  public VectorSchemaRoot build(BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(BatchLayout.of(stream), allocator);
    root.allocateNew();
    List<Column> columns = stream.columns();
    for (int c = 0; c < columns.size(); c++) {
      ColumnWriter writer = ColumnWriters.of(columns.get(c), root.getVector(c));
      for (int r = 0; r < rows.size(); r++) {
        put(writer, r, rows.get(r).values()[c]);
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      facts(root, r);
    }
    unchanged((ListVector) root.getVector(BatchColumns.UNCHANGED));
    before((StructVector) root.getVector(BatchColumns.BEFORE));
    root.setRowCount(rows.size());
    return root;
  }

  private static void put(ColumnWriter writer, int row, @Nullable String value) {
    if (value != null && !isUnchanged(value)) {
      byte[] bytes = value.getBytes(UTF_8);
      writer.text(row, bytes, 0, bytes.length);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the mark is one object, so that no text is taken for it
  private static boolean isUnchanged(@Nullable String value) {
    return value == UNCHANGED;
  }

  private void facts(VectorSchemaRoot root, int row) {
    ((TinyIntVector) root.getVector(BatchColumns.OP)).setSafe(row, rows.get(row).op().code());
    ((UInt8Vector) root.getVector(BatchColumns.LSN)).setSafe(row, lsn);
    ((UInt4Vector) root.getVector(BatchColumns.ORDINAL)).setSafe(row, firstOrdinal + row);
    ((UInt4Vector) root.getVector(BatchColumns.XID)).setSafe(row, 7);
    ((TimeStampMicroTZVector) root.getVector(BatchColumns.TS)).setSafe(row, commitMicros);
  }

  private void unchanged(ListVector lists) {
    UInt2Vector items = (UInt2Vector) lists.getDataVector();
    int next = 0;
    for (int r = 0; r < rows.size(); r++) {
      @Nullable String[] values = rows.get(r).values();
      int[] missing =
          IntStream.range(0, values.length).filter(c -> isUnchanged(values[c])).toArray();
      if (missing.length == 0) {
        lists.setNull(r);
        continue;
      }
      lists.startNewValue(r);
      for (int column : missing) {
        items.setSafe(next++, column);
      }
      lists.endValue(r, missing.length);
    }
    items.setValueCount(next);
    lists.setValueCount(rows.size());
  }

  private void before(StructVector struct) {
    for (int child = 0; child < struct.size(); child++) {
      FieldVector vector = (FieldVector) struct.getVectorById(child);
      int index = stream.indexOf(vector.getName());
      ColumnWriter writer = ColumnWriters.of(stream.columns().get(index), vector);
      for (int r = 0; r < rows.size(); r++) {
        @Nullable String[] old = rows.get(r).oldKey();
        if (old != null) {
          put(writer, r, old[index]);
        }
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      if (rows.get(r).oldKey() != null) {
        struct.setIndexDefined(r);
      } else {
        struct.setNull(r);
      }
    }
    struct.setValueCount(rows.size());
  }
}
