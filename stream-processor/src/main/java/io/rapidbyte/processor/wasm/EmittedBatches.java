package io.rapidbyte.processor.wasm;

import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Output.Relation;
import io.rapidbyte.processor.rows.RowNumbers;
import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchRows;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Reads the batches that a guest emitted in one call, each held against what it said that it makes.
 * Their bytes are hostile until then.
 *
 * <p>A column that is a copy of the input's need not be in a batch: it is taken from the input, by
 * the rows. That counts as if it had been emitted, so that a guest cannot make much of little.
 */
final class EmittedBatches {
  /** The column by which a guest says which row of the input a row was made of. */
  static final String ROW = BatchColumns.PREFIX + "row";

  /** A guest broke the rules of what it may emit. */
  static final String BAD_OUTPUT = "guest/bad-output";

  private final String transform;
  private final GuestSchema schema;
  private final Rows input;
  private final long maxBytes;
  private final BufferAllocator allocator;
  private final BitSet onMain = new BitSet();
  private long copiedBytes;

  /**
   * For one call.
   *
   * @param transform what stands in messages for it
   * @param input the rows that the guest was given
   * @param maxBytes the most that a batch may have, and that all copies together may
   */
  EmittedBatches(
      String transform, GuestSchema schema, Rows input, long maxBytes, BufferAllocator allocator) {
    this.transform = transform;
    this.schema = schema;
    this.input = input;
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
      List<@Nullable FieldVector> made = columns(root);
      int[] from = from(root, (int) made.stream().filter(Objects::nonNull).count());
      if (emission.route().isEmpty()) {
        requireUnsplit(from);
      }
      return new Transform.Emission(emission.route(), filled(made, from), from);
    } catch (RapidbyteException e) {
      if (!e.error().code().equals(ArrowIpc.UNDECODABLE)) {
        throw e;
      }
      throw unfit(
          "it emitted what is no Arrow stream: " + e.error().message(),
          "emit a schema message, one record batch and the end mark, buffers uncompressed");
    }
  }

  /** For each output what was emitted for it; null for a copy that was left out. */
  private List<@Nullable FieldVector> columns(VectorSchemaRoot root) {
    List<FieldVector> all = root.getFieldVectors();
    List<@Nullable FieldVector> columns = new ArrayList<>();
    int next = 0;
    for (Output output : schema.outputs()) {
      if (next < all.size() && isOf(output.field(), all.get(next).getField())) {
        columns.add(all.get(next++));
      } else if (output.relation() == Relation.COPY) {
        columns.add(null);
      } else {
        throw otherColumns();
      }
    }
    if (all.size() > next + 1) {
      throw otherColumns();
    }
    return columns;
  }

  private static boolean isOf(Field said, Field emitted) {
    return said.getName().equals(emitted.getName()) && GuestSchema.sameType(said, emitted);
  }

  private RapidbyteException otherColumns() {
    return unfit(
        "it emitted other columns than rb_schema said",
        "emit the columns of that schema in its order, copies or not, then perhaps " + ROW);
  }

  /** The columns, complete; the caller's. */
  private List<FieldVector> filled(List<@Nullable FieldVector> made, int[] from) {
    List<FieldVector> columns = new ArrayList<>();
    try {
      boolean wanting = made.contains(null);
      boolean whole = wanting && isWhole(from);
      for (int i = 0; i < made.size(); i++) {
        Output output = schema.outputs().get(i);
        FieldVector emitted = made.get(i);
        columns.add(
            emitted == null
                ? copy(input.columns().get(output.from().getFirst()), output.field(), from, whole)
                : Rows.share(emitted, output.field(), allocator));
      }
      return columns;
    } catch (RuntimeException | Error e) {
      columns.forEach(FieldVector::close);
      throw e;
    }
  }

  /** Whether these are the input's rows, each once and in order; else each may be there once. */
  private boolean isWhole(int[] from) {
    if (RowNumbers.areUpTo(input.count(), from)) {
      return true;
    }
    BitSet seen = new BitSet();
    for (int row = 0; row < from.length; row++) {
      if (seen.get(from[row])) {
        throw unfit(
            "it left a copied column out of a batch in which row " + from[row] + " stands twice",
            "emit all columns where a row becomes several");
      }
      seen.set(from[row]);
    }
    return false;
  }

  private FieldVector copy(FieldVector column, Field as, int[] from, boolean whole) {
    copiedBytes += column.getBufferSize();
    if (copiedBytes > maxBytes) {
      throw unfit(
          "what it emitted, with the columns copied for it, has more than " + maxBytes + " bytes",
          "emit fewer batches in one call, or raise limits.emit");
    }
    if (whole) {
      return Rows.share(column, as, allocator);
    }
    FieldVector taken = as.createVector(allocator);
    try {
      BatchRows.copy(column, from, taken);
      return taken;
    } catch (RuntimeException | Error e) {
      taken.close();
      throw e;
    }
  }

  private int[] from(VectorSchemaRoot root, int columns) {
    int rows = root.getRowCount();
    if (root.getFieldVectors().size() == columns) {
      if (rows != input.count()) {
        throw unfit(
            "it emitted " + rows + " rows of " + input.count() + " without saying which",
            "add a last column " + ROW + ", UInt32: the input's row that each is made of");
      }
      return RowNumbers.upTo(rows);
    }
    if (!(root.getVector(columns) instanceof UInt4Vector of) || !of.getName().equals(ROW)) {
      throw unfit("its last column is not " + ROW, "make it a UInt32 of that name");
    }
    int[] from = new int[rows];
    for (int row = 0; row < rows; row++) {
      if (of.isNull(row) || Integer.compareUnsigned(of.get(row), input.count()) >= 0) {
        throw unfit(
            ROW
                + " is "
                + of.getObject(row)
                + ", and the input has rows 0 to "
                + (input.count() - 1),
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
