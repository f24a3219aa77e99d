package io.rapidbyte.benchmarks.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchLayout;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Changes of one table, nine columns wide, by a fixed seed: inserts of new keys, updates and
 * deletes of keys that are there, a key at most once a batch. One thread.
 */
final class OrderChanges {
  static final StreamSchema ORDERS =
      new StreamSchema(
          new TableName("public", "orders"),
          1,
          columns(
              new PgType.Base(20, "bigint", -1),
              new PgType.Base(20, "bigint", -1),
              new PgType.Base(25, "text", -1),
              new PgType.Base(1700, "numeric", (18 << 16 | 2) + 4),
              new PgType.Base(23, "integer", -1),
              new PgType.Base(25, "text", -1),
              new PgType.Base(1184, "timestamp with time zone", -1),
              new PgType.Base(16, "boolean", -1),
              new PgType.Base(2950, "uuid", -1)),
          List.of("id"),
          ReplicaIdentity.DEFAULT);

  private final Random random = new Random(1);
  private final Set<Integer> gone = new HashSet<>();
  private int next;
  private long lsn;

  private static List<Column> columns(PgType... types) {
    List<String> names =
        List.of(
            "id",
            "customer",
            "status",
            "amount",
            "quantity",
            "note",
            "created",
            "paid",
            "reference");
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      columns.add(new Column(names.get(i), types[i], i > 0, i + 1, null));
    }
    return columns;
  }

  /**
   * What a batch is made of.
   *
   * @param inserts of a hundred changes; updates likewise, the rest are deletes
   */
  record Mix(int rows, int inserts, int updates) {}

  /** The next batch; the caller's to close. */
  VectorSchemaRoot batch(BufferAllocator allocator, Mix mix) {
    VectorSchemaRoot root = VectorSchemaRoot.create(BatchLayout.of(ORDERS), allocator);
    root.allocateNew();
    lsn++;
    Set<Integer> used = new HashSet<>();
    int first = next;
    for (int row = 0; row < mix.rows(); row++) {
      int dice = random.nextInt(100);
      if (dice < mix.inserts()) {
        row(root, row, Op.INSERT, next++);
        continue;
      }
      int id = existing(first, used);
      boolean update = dice < mix.inserts() + mix.updates();
      row(root, row, update ? Op.UPDATE : Op.DELETE, id);
      if (!update) {
        gone.add(id);
      }
    }
    root.setRowCount(mix.rows());
    return root;
  }

  private int existing(int below, Set<Integer> used) {
    int id = random.nextInt(below);
    while (gone.contains(id) || !used.add(id)) {
      id = random.nextInt(below);
    }
    return id;
  }

  private void row(VectorSchemaRoot root, int row, Op op, long id) {
    ((BigIntVector) root.getVector(0)).setSafe(row, id);
    if (op != Op.DELETE) {
      ((BigIntVector) root.getVector(1)).setSafe(row, random.nextInt(100_000));
      text(root, 2, row, "status" + random.nextInt(9));
      ((DecimalVector) root.getVector(3)).setSafe(row, random.nextLong(1L << 40));
      ((IntVector) root.getVector(4)).setSafe(row, random.nextInt());
      text(root, 5, row, "note of the order number " + random.nextInt());
      ((TimeStampMicroTZVector) root.getVector(6)).setSafe(row, random.nextLong(1L << 50));
      ((BitVector) root.getVector(7)).setSafe(row, 1);
      byte[] uuid = new byte[16];
      random.nextBytes(uuid);
      ((FixedSizeBinaryVector) root.getVector(8)).setSafe(row, uuid);
    }
    ((TinyIntVector) root.getVector(BatchColumns.OP)).setSafe(row, op.code());
    ((UInt8Vector) root.getVector(BatchColumns.LSN)).setSafe(row, lsn);
    ((UInt4Vector) root.getVector(BatchColumns.ORDINAL)).setSafe(row, row);
    ((UInt4Vector) root.getVector(BatchColumns.XID)).setSafe(row, 7);
    ((TimeStampMicroTZVector) root.getVector(BatchColumns.TS)).setSafe(row, 1L);
  }

  private static void text(VectorSchemaRoot root, int column, int row, String text) {
    ((VarCharVector) root.getVector(column)).setSafe(row, text.getBytes(UTF_8));
  }
}
