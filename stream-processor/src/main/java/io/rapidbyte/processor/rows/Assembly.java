package io.rapidbyte.processor.rows;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchRows;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Puts the host's columns beside what transforms made. */
final class Assembly {
  private final BatchView batch;
  private final Rows old;
  private final int version;
  private final boolean splits;
  private final BufferAllocator allocator;
  private final Map<Integer, Integer> oldRows = new HashMap<>();
  private final int[] subs;

  /**
   * For the rows of one batch.
   *
   * @param old old rows behind the transforms
   */
  Assembly(BatchView batch, Rows old, int version, boolean splits, BufferAllocator allocator) {
    this.batch = batch;
    this.old = old;
    this.version = version;
    this.splits = splits;
    this.allocator = allocator;
    this.subs = new int[batch.rows()];
    for (int row = 0; row < old.count(); row++) {
      oldRows.putIfAbsent(old.origin(row), row);
    }
  }

  /** The Arrow schema of batches of a shape. */
  static Schema schema(Shape shape, BatchView source, int version, boolean splits) {
    List<Field> fields = new ArrayList<>();
    shape.items().forEach(item -> fields.add(item.field()));
    fields.addAll(
        List.of(
            BatchColumns.OP_FIELD,
            BatchColumns.LSN_FIELD,
            BatchColumns.ORDINAL_FIELD,
            BatchColumns.XID_FIELD,
            BatchColumns.TS_FIELD,
            BatchColumns.UNCHANGED_FIELD,
            BatchColumns.before(
                oldColumns(shape, source).stream()
                    .map(i -> shape.items().get(i).field())
                    .toList())));
    if (splits) {
      fields.add(BatchColumns.SUB_FIELD);
    }
    ArrayNode key = JsonNodeFactory.instance.arrayNode();
    shape.key().forEach(key::add);
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(BatchColumns.META_STREAM, source.stream());
    metadata.put(BatchColumns.META_KEY, key.toString());
    metadata.put(BatchColumns.META_VERSION, Integer.toString(version));
    return new Schema(fields, metadata);
  }

  /** All columns where the source has whole old rows, else the key's. */
  private static List<Integer> oldColumns(Shape shape, BatchView source) {
    boolean whole = source.before().size() == source.data().size();
    return IntStream.range(0, shape.size())
        .filter(i -> whole || shape.key().contains(shape.items().get(i).field().getName()))
        .boxed()
        .toList();
  }

  /** A batch of the rows that are not refused. */
  VectorSchemaRoot root(Shape shape, Rows all, Tally tally) {
    if (tally.refused().isEmpty()) {
      return root(shape, all);
    }
    int[] stay =
        IntStream.range(0, all.count())
            .filter(row -> !tally.refused().containsKey(all.origin(row)))
            .toArray();
    if (stay.length == all.count()) {
      return root(shape, all);
    }
    try (Rows rest = all.select(stay, allocator)) {
      return root(shape, rest);
    }
  }

  private VectorSchemaRoot root(Shape shape, Rows rows) {
    List<FieldVector> vectors = new ArrayList<>();
    try {
      for (FieldVector column : rows.columns()) {
        vectors.add(Rows.share(column, column.getField(), allocator));
      }
      vectors.add(ops(rows));
      int[] origins = rows.origins();
      boolean same = RowNumbers.areUpTo(batch.rows(), origins);
      for (FieldVector fact :
          List.of(batch.lsns(), batch.ordinals(), batch.xids(), batch.timestamps())) {
        vectors.add(same ? Rows.share(fact, fact.getField(), allocator) : taken(fact, origins));
      }
      vectors.add(unchanged(rows));
      vectors.add(before(shape, rows));
      if (splits) {
        vectors.add(subs(rows));
      }
      Schema schema = schema(shape, batch, version, splits);
      return new VectorSchemaRoot(schema, vectors, rows.count());
    } catch (RuntimeException | Error e) {
      vectors.forEach(FieldVector::close);
      throw e;
    }
  }

  private FieldVector taken(FieldVector fact, int[] origins) {
    FieldVector taken = fact.getField().createVector(allocator);
    BatchRows.copy(fact, origins, taken);
    return taken;
  }

  private FieldVector ops(Rows rows) {
    TinyIntVector ops = new TinyIntVector(BatchColumns.OP_FIELD, allocator);
    ops.allocateNew(rows.count());
    for (int row = 0; row < rows.count(); row++) {
      ops.set(row, rows.op(row).code());
    }
    ops.setValueCount(rows.count());
    return ops;
  }

  private FieldVector unchanged(Rows rows) {
    ListVector lists = (ListVector) BatchColumns.UNCHANGED_FIELD.createVector(allocator);
    lists.allocateNew();
    UInt2Vector numbers = (UInt2Vector) lists.getDataVector();
    int next = 0;
    for (int row = 0; row < rows.count(); row++) {
      BitSet marks = rows.unchanged(row);
      if (!marks.isEmpty()) {
        lists.startNewValue(row);
        for (int i = marks.nextSetBit(0); i >= 0; i = marks.nextSetBit(i + 1)) {
          numbers.setSafe(next++, (char) i);
        }
        lists.endValue(row, marks.cardinality());
      }
    }
    numbers.setValueCount(next);
    lists.setValueCount(rows.count());
    return lists;
  }

  /** The old row of each row that has one; not of a delete that a transform made of a row. */
  private FieldVector before(Shape shape, Rows rows) {
    int[] from = new int[rows.count()];
    for (int row = 0; row < from.length; row++) {
      boolean made = rows.op(row) == Op.DELETE && batch.op(rows.origin(row)) != Op.DELETE;
      from[row] = made ? -1 : oldRows.getOrDefault(rows.origin(row), -1);
    }
    List<Integer> columns = oldColumns(shape, batch);
    List<Field> fields = columns.stream().map(i -> shape.items().get(i).field()).toList();
    StructVector struct = (StructVector) BatchColumns.before(fields).createVector(allocator);
    struct.allocateNew();
    boolean any = Arrays.stream(from).anyMatch(row -> row >= 0);
    for (int i = 0; any && i < columns.size(); i++) {
      BatchRows.copy(
          old.columns().get(columns.get(i)), from, (FieldVector) struct.getVectorById(i));
    }
    for (int row = 0; row < from.length; row++) {
      if (from[row] >= 0) {
        struct.setIndexDefined(row);
      }
    }
    struct.setValueCount(from.length);
    return struct;
  }

  private FieldVector subs(Rows rows) {
    UInt2Vector numbers = new UInt2Vector(BatchColumns.SUB_FIELD, allocator);
    numbers.allocateNew(rows.count());
    for (int row = 0; row < rows.count(); row++) {
      numbers.set(row, (char) subs[rows.origin(row)]++);
    }
    numbers.setValueCount(rows.count());
    return numbers;
  }
}
