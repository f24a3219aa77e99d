package io.rapidbyte.processor.wasm;

import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Reads the batches that a guest emitted in one call, each held against what it said that it makes.
 * Their bytes are hostile until then.
 */
final class EmittedBatches {
  /** The column by which a guest says which row of the input a row was made of. */
  static final String ROW = BatchColumns.PREFIX + "row";

  /** A guest broke the rules of what it may emit. */
  static final String BAD_OUTPUT = "guest/bad-output";

  private final String transform;
  private final GuestSchema schema;
  private final int inputRows;
  private final long maxBytes;
  private final BufferAllocator allocator;
  private final BitSet onMain = new BitSet();

  /**
   * For one call.
   *
   * @param transform what stands in messages for it
   * @param inputRows how many rows the guest was given
   * @param maxBytes the most that a batch may have
   */
  EmittedBatches(
      String transform,
      GuestSchema schema,
      int inputRows,
      long maxBytes,
      BufferAllocator allocator) {
    this.transform = transform;
    this.schema = schema;
    this.inputRows = inputRows;
    this.maxBytes = maxBytes;
    this.allocator = allocator;
  }

  /** What a guest emitted is not what it may emit; the rows that it fails on are to be found. */
  static RapidbyteException unfit(String transform, String what, String mend) {
    return new RapidbyteException(
        ErrorInfo.permanent(Category.DATA, Scope.BATCH, BAD_OUTPUT, transform + ": " + what, mend));
  }

  private RapidbyteException unfit(String what, String mend) {
    return unfit(transform, what, mend);
  }

  /** The batch; its columns are the caller's. */
  Transform.Emission read(io.rapidbyte.wasm.Emission emission) {
    try (VectorSchemaRoot root = ArrowIpc.read(emission.bytes(), allocator, maxBytes)) {
      List<FieldVector> made = columns(root);
      int[] from = from(root, made.size());
      if (emission.route().isEmpty()) {
        requireUnsplit(from);
      }
      List<FieldVector> columns = new ArrayList<>();
      for (int i = 0; i < made.size(); i++) {
        columns.add(Rows.share(made.get(i), schema.outputs().get(i).field(), allocator));
      }
      return new Transform.Emission(emission.route(), columns, from);
    } catch (RapidbyteException e) {
      if (!e.error().code().equals(ArrowIpc.UNDECODABLE)) {
        throw e;
      }
      throw unfit(
          "it emitted what is no Arrow stream: " + e.error().message(),
          "emit a schema message, one record batch and the end mark, buffers uncompressed");
    }
  }

  private List<FieldVector> columns(VectorSchemaRoot root) {
    List<Output> outputs = schema.outputs();
    List<FieldVector> all = root.getFieldVectors();
    boolean fits = all.size() >= outputs.size() && all.size() <= outputs.size() + 1;
    for (int i = 0; fits && i < outputs.size(); i++) {
      Field said = outputs.get(i).field();
      Field emitted = all.get(i).getField();
      fits = said.getName().equals(emitted.getName()) && GuestSchema.sameType(said, emitted);
    }
    if (!fits) {
      throw unfit(
          "it emitted other columns than rb_schema said",
          "emit the columns of that schema in its order, then perhaps " + ROW);
    }
    return all.subList(0, outputs.size());
  }

  private int[] from(VectorSchemaRoot root, int columns) {
    int rows = root.getRowCount();
    if (root.getFieldVectors().size() == columns) {
      if (rows != inputRows) {
        throw unfit(
            "it emitted " + rows + " rows of " + inputRows + " without saying which",
            "add a last column " + ROW + ", UInt32: the input's row that each is made of");
      }
      return IntStream.range(0, rows).toArray();
    }
    if (!(root.getVector(columns) instanceof UInt4Vector of) || !of.getName().equals(ROW)) {
      throw unfit("its last column is not " + ROW, "make it a UInt32 of that name");
    }
    int[] from = new int[rows];
    for (int row = 0; row < rows; row++) {
      if (of.isNull(row) || Integer.compareUnsigned(of.get(row), inputRows) >= 0) {
        throw unfit(
            ROW + " is " + of.getObject(row) + ", and the input has rows 0 to " + (inputRows - 1),
            "say for each row of the output which row of the input it is made of");
      }
      from[row] = of.get(row);
    }
    return from;
  }

  private void requireUnsplit(int[] from) {
    for (int row : from) {
      if (onMain.get(row) && !schema.splits()) {
        throw unfit(
            "it made two rows of row " + row + " of the input",
            "say so in rb_schema: " + GuestSchema.SPLITS + " = true in the schema's metadata");
      }
      onMain.set(row);
    }
  }
}
