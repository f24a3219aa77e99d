package io.rapidbyte.schemas.batch;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import io.rapidbyte.schemas.type.PgType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArrowIpcTest {
  private static final long MAX = 1 << 20;
  private final BufferAllocator allocator = new RootAllocator(64 << 20);

  private static final StreamSchema ORDERS =
      new StreamSchema(
          new TableName("public", "orders"),
          3,
          List.of(
              new Column("id", new PgType.Base(20, "bigint", -1), false, 1, null),
              new Column("note", new PgType.Base(25, "text", -1), true, 2, null)),
          List.of("id"),
          ReplicaIdentity.DEFAULT);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  private VectorSchemaRoot batch(int rows) {
    VectorSchemaRoot root = VectorSchemaRoot.create(BatchLayout.of(ORDERS), allocator);
    ColumnWriter id = ColumnWriters.of(ORDERS.columns().get(0), root.getVector("id"));
    ColumnWriter note = ColumnWriters.of(ORDERS.columns().get(1), root.getVector("note"));
    ListVector unchanged = (ListVector) root.getVector(BatchColumns.UNCHANGED);
    for (int row = 0; row < rows; row++) {
      byte[] number = Integer.toString(row).getBytes(StandardCharsets.UTF_8);
      id.text(row, number, 0, number.length);
      if (row % 2 == 0) {
        note.text(row, number, 0, number.length);
      } else {
        int start = unchanged.startNewValue(row);
        ((UInt2Vector) unchanged.getDataVector()).setSafe(start, 1);
        unchanged.endValue(row, 1);
      }
      ((TinyIntVector) root.getVector(BatchColumns.OP)).setSafe(row, 'u');
      ((UInt8Vector) root.getVector(BatchColumns.LSN)).setSafe(row, -2L);
      ((UInt4Vector) root.getVector(BatchColumns.ORDINAL)).setSafe(row, row);
    }
    root.setRowCount(rows);
    return root;
  }

  private byte[] bytes(int rows) {
    try (VectorSchemaRoot root = batch(rows)) {
      return ArrowIpc.write(root);
    }
  }

  @Test
  void aBatchReadsBackAsItWasWritten() {
    try (VectorSchemaRoot source = batch(1000);
        VectorSchemaRoot copy = ArrowIpc.read(ArrowIpc.write(source), allocator, MAX)) {
      assertThat(copy.getSchema()).isEqualTo(source.getSchema());
      assertThat(copy.equals(source)).isTrue();
    }
  }

  @Test
  void aBatchWithoutRowsReadsBack() {
    try (VectorSchemaRoot copy = ArrowIpc.read(bytes(0), allocator, MAX)) {
      assertThat(new BatchView(copy).rows()).isZero();
    }
  }

  @Test
  void aSchemaIsReadWithoutItsBatch() {
    byte[] whole = bytes(4);
    try (VectorSchemaRoot copy = ArrowIpc.read(whole, allocator, MAX)) {
      assertThat(ArrowIpc.schema(whole, MAX)).isEqualTo(copy.getSchema());
      byte[] alone =
          Arrays.copyOf(whole, 8 + ByteBuffer.wrap(whole).order(LITTLE_ENDIAN).getInt(4));
      assertThat(ArrowIpc.schema(alone, MAX)).isEqualTo(copy.getSchema());
      assertThatThrownBy(() -> ArrowIpc.schema(Arrays.copyOf(alone, alone.length - 1), MAX))
          .hasMessageContaining(ArrowIpc.UNDECODABLE);
      assertThatThrownBy(() -> ArrowIpc.schema(alone, 10)).hasMessageContaining("more than 10");
    }
  }

  @Test
  void aViewKnowsStreamKeyAndUnchangedColumns() {
    try (VectorSchemaRoot copy = ArrowIpc.read(bytes(4), allocator, MAX)) {
      BatchView view = new BatchView(copy);
      assertThat(view.stream()).isEqualTo("public.orders");
      assertThat(view.version()).isEqualTo(3);
      assertThat(view.key()).containsExactly("id");
      assertThat(view.keyIndexes()).containsExactly(0);
      assertThat(view.data()).hasSize(2);
      assertThat(view.op(0)).isEqualTo(Op.UPDATE);
      assertThat(view.position(3)).hasToString("FFFFFFFF/FFFFFFFE/3");
      assertThat(view.hasUnchanged(0)).isFalse();
      assertThat(view.unchanged(1).stream()).containsExactly(1);
    }
  }

  @Test
  void aMissingEndMarkIsNoFault() {
    byte[] value = bytes(3);
    byte[] cut = Arrays.copyOf(value, value.length - 8);
    ArrowIpc.read(cut, allocator, MAX).close();
  }

  @Test
  void aValueAboveTheLimitIsRefused() {
    byte[] value = bytes(3);
    assertUndecodable(value, value.length - 1);
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] value = bytes(5);
    for (int length = 0; length < value.length - 8; length++) {
      assertUndecodable(Arrays.copyOf(value, length), MAX);
    }
  }

  /** Whatever bytes are changed, the answer is a batch or a refusal, never a crash or a leak. */
  @Test
  void damagedBytesAreABatchOrARefusal() {
    byte[] value = bytes(40);
    for (long seed = 0; seed < 10_000; seed++) {
      Random random = new Random(seed);
      byte[] damaged = value.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        int at = random.nextInt(damaged.length);
        damaged[at] = (byte) (random.nextBoolean() ? random.nextInt() : 0x7f << random.nextInt(2));
      }
      readAll(damaged, seed);
    }
  }

  private void readAll(byte[] damaged, long seed) {
    try (VectorSchemaRoot root = ArrowIpc.read(damaged, allocator, MAX)) {
      root.getFieldVectors()
          .forEach(
              vector -> {
                for (int row = 0; row < vector.getValueCount(); row += 1 + row / 10) {
                  Object _ = vector.getObject(row);
                }
              });
    } catch (RapidbyteException e) {
      assertThat(e.error().code()).as("seed %s", seed).isEqualTo(ArrowIpc.UNDECODABLE);
    }
    assertThat(allocator.getAllocatedMemory()).as("seed %s", seed).isZero();
  }

  @Test
  void randomBytesAreRefused() {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      byte[] garbage = new byte[random.nextInt(400)];
      random.nextBytes(garbage);
      assertUndecodable(garbage, MAX);
    }
  }

  private void assertUndecodable(byte[] value, long max) {
    assertThatThrownBy(() -> ArrowIpc.read(value, allocator, max).close())
        .isInstanceOfSatisfying(
            RapidbyteException.class,
            e -> assertThat(e.error().code()).isEqualTo(ArrowIpc.UNDECODABLE));
    assertThat(allocator.getAllocatedMemory()).isZero();
  }
}
