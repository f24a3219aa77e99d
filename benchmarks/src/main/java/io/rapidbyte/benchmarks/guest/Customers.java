package io.rapidbyte.benchmarks.guest;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
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

  /** The table, for those who want whole change batches. */
  static final StreamSchema STREAM =
      TestStream.of(
          "public",
          "customers",
          1,
          List.of("id"),
          TestStream.column("id", TestStream.INT8),
          TestStream.column("email", TestStream.TEXT),
          TestStream.column("note", TestStream.TEXT));

  private Customers() {}

  /** The same rows as the value of a topic's record. */
  static byte[] record(BufferAllocator allocator, int rows, int noteChars) {
    TestBatch batch = TestBatch.at(STREAM, 1);
    String note = "n".repeat(noteChars);
    for (int i = 0; i < rows; i++) {
      batch.insert(Integer.toString(i), email(i), note);
    }
    try (VectorSchemaRoot root = batch.build(allocator)) {
      return ArrowIpc.write(root);
    }
  }

  private static String email(int i) {
    return "customer" + i + (i % 50 == 0 ? "@test.example" : "@example.com");
  }

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
        id.setSafe(i, i);
        email.setSafe(i, email(i).getBytes(StandardCharsets.US_ASCII));
        notes.setSafe(i, note);
        op.setSafe(i, 'c');
      }
      root.setRowCount(rows);
      return ArrowIpc.write(root);
    }
  }
}
