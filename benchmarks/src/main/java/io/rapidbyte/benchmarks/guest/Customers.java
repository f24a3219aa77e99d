package io.rapidbyte.benchmarks.guest;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Batches of customers: an id, an address to be masked, a note that gives a row its size. */
final class Customers {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("id", new ArrowType.Int(64, true)),
              Field.nullable("email", ArrowType.Utf8.INSTANCE),
              Field.nullable("note", ArrowType.Utf8.INSTANCE),
              BatchColumns.OP_FIELD,
              BatchColumns.UNCHANGED_FIELD));

  private Customers() {}

  /** So many rows, each with a note of so many characters; one address in 50 is a test's. */
  static byte[] batch(BufferAllocator allocator, int rows, int noteChars) {
    byte[] note = "n".repeat(noteChars).getBytes(StandardCharsets.US_ASCII);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      root.allocateNew();
      BigIntVector id = (BigIntVector) root.getVector("id");
      VarCharVector email = (VarCharVector) root.getVector("email");
      VarCharVector notes = (VarCharVector) root.getVector("note");
      TinyIntVector op = (TinyIntVector) root.getVector(BatchColumns.OP);
      for (int i = 0; i < rows; i++) {
        String domain = i % 50 == 0 ? "test.example" : "example.com";
        id.setSafe(i, i);
        email.setSafe(i, ("customer" + i + "@" + domain).getBytes(StandardCharsets.US_ASCII));
        notes.setSafe(i, note);
        op.setSafe(i, 'c');
      }
      root.setRowCount(rows);
      return ArrowIpc.write(root);
    }
  }
}
