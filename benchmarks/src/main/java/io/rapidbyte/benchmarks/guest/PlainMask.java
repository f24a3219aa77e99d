package io.rapidbyte.benchmarks.guest;

import io.rapidbyte.schemas.batch.ArrowIpc;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The kernel of {@code mask-email} as one would write it in Java for this one table. */
final class PlainMask {
  private static final byte[] TEST = "@test.example".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STARS = "***".getBytes(StandardCharsets.US_ASCII);

  private PlainMask() {}

  /** The encoded result's length. */
  static int work(String work, VectorSchemaRoot root, BufferAllocator allocator) {
    if (work.equals("pass")) {
      return ArrowIpc.write(root).length;
    }
    VarCharVector email = (VarCharVector) root.getVector("email");
    boolean drops = work.equals("mask-and-drop");
    int rows = root.getRowCount();
    int[] kept = new int[rows];
    int count = 0;
    try (VarCharVector masked = new VarCharVector(email.getField(), allocator)) {
      masked.allocateNew(email.sizeOfValueBuffer() + 4L * rows, rows);
      for (int row = 0; row < rows; row++) {
        byte[] value = email.get(row);
        if (!drops || !isTest(value)) {
          masked.setSafe(count, mask(value));
          kept[count++] = row;
        }
      }
      masked.setValueCount(count);
      return encoded(root, masked, Arrays.copyOf(kept, count), allocator);
    }
  }

  private static int encoded(
      VectorSchemaRoot root, VarCharVector masked, int[] kept, BufferAllocator allocator) {
    List<FieldVector> columns = new ArrayList<>();
    List<FieldVector> made = new ArrayList<>();
    for (FieldVector column : root.getFieldVectors()) {
      if (column.getName().equals("email")) {
        columns.add(masked);
      } else if (kept.length == root.getRowCount()) {
        columns.add(column);
      } else {
        FieldVector copy = column.getField().createVector(allocator);
        copy.setInitialCapacity(kept.length);
        for (int i = 0; i < kept.length; i++) {
          copy.copyFromSafe(kept[i], i, column);
        }
        copy.setValueCount(kept.length);
        columns.add(copy);
        made.add(copy);
      }
    }
    int length = ArrowIpc.write(new VectorSchemaRoot(columns)).length;
    made.forEach(FieldVector::close);
    return length;
  }

  private static boolean isTest(byte[] email) {
    int from = email.length - TEST.length;
    return from >= 0 && Arrays.equals(email, from, email.length, TEST, 0, TEST.length);
  }

  private static byte[] mask(byte[] email) {
    int at = email.length - 1;
    while (at >= 0 && email[at] != '@') {
      at--;
    }
    if (at <= 0) {
      return STARS;
    }
    byte[] masked = new byte[1 + STARS.length + email.length - at];
    masked[0] = email[0];
    System.arraycopy(STARS, 0, masked, 1, STARS.length);
    System.arraycopy(email, at, masked, 1 + STARS.length, email.length - at);
    return masked;
  }
}
