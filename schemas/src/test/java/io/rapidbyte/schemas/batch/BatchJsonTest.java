package io.rapidbyte.schemas.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import io.rapidbyte.schemas.type.PgType;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.junit.jupiter.api.Test;

class BatchJsonTest {
  private static final StreamSchema ORDERS =
      new StreamSchema(
          new TableName("public", "orders"),
          1,
          List.of(
              new Column("id", new PgType.Base(20, "bigint", -1), false, 1, null),
              new Column(
                  "amount", new PgType.Base(1700, "numeric", (10 << 16 | 2) + 4), true, 2, null),
              new Column("extra", new PgType.Base(3802, "jsonb", -1), true, 3, null),
              new Column("photo", new PgType.Base(17, "bytea", -1), true, 4, null)),
          List.of("id"),
          ReplicaIdentity.DEFAULT);

  private static void text(VectorSchemaRoot root, int column, int row, String value) {
    ColumnWriter writer = ColumnWriters.of(ORDERS.columns().get(column), root.getVector(column));
    byte[] bytes = value.getBytes(UTF_8);
    writer.text(row, bytes, 0, bytes.length);
  }

  private static VectorSchemaRoot batch(BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(BatchLayout.of(ORDERS), allocator);
    for (int row = 0; row < 2; row++) {
      text(root, 0, row, Long.toString(Long.MAX_VALUE));
      text(root, 1, row, "12.30");
      text(root, 2, row, "{\"a\": [1.10, null]}");
      ((TinyIntVector) root.getVector(BatchColumns.OP)).setSafe(row, 'u');
      ((UInt8Vector) root.getVector(BatchColumns.LSN)).setSafe(row, 0x1_0000_00AAL);
      ((UInt4Vector) root.getVector(BatchColumns.ORDINAL)).setSafe(row, -1);
      ((UInt4Vector) root.getVector(BatchColumns.XID)).setSafe(row, 7);
      ((TimeStampMicroTZVector) root.getVector(BatchColumns.TS)).setSafe(row, 1_000_001L);
    }
    text(root, 3, 1, "\\x00ff");
    ListVector unchanged = (ListVector) root.getVector(BatchColumns.UNCHANGED);
    ((UInt2Vector) unchanged.getDataVector()).setSafe(unchanged.startNewValue(0), 3);
    unchanged.endValue(0, 1);
    StructVector before = (StructVector) root.getVector(BatchColumns.BEFORE);
    before.setIndexDefined(1);
    ColumnWriters.of(ORDERS.columns().get(0), before.getChildrenFromFields().get(0))
        .text(1, new byte[] {'5'}, 0, 1);
    root.setRowCount(2);
    return root;
  }

  @Test
  void aRowReadsAsAPersonWouldWriteIt() {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = batch(allocator)) {
      String common =
          "{\"id\":9223372036854775807,\"amount\":12.30,\"extra\":{\"a\":[1.10,null]},%s"
              + "\"_rb_op\":\"u\",\"_rb_lsn\":\"1/AA\",\"_rb_ordinal\":4294967295,\"_rb_xid\":7,"
              + "\"_rb_ts\":\"1970-01-01T00:00:01.000001Z\",%s}";
      assertThat(BatchJson.line(new BatchView(root), 0))
          .isEqualTo(String.format(common, "", "\"_rb_unchanged\":[\"photo\"]"));
      assertThat(BatchJson.line(new BatchView(root), 1))
          .isEqualTo(String.format(common, "\"photo\":\"AP8=\",", "\"_rb_before\":{\"id\":5}"));
    }
  }

  @Test
  void keptRowsAreABatchOfTheirOwn() {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = batch(allocator)) {
      BitSet second = new BitSet();
      second.set(1);
      try (VectorSchemaRoot copy = BatchRows.copy(root, second, allocator)) {
        assertThat(copy.getRowCount()).isEqualTo(1);
        assertThat(BatchJson.line(new BatchView(copy), 0))
            .isEqualTo(BatchJson.line(new BatchView(root), 1));
      }
    }
  }
}
