package io.rapidbyte.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

final class BatchBuilderTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          new TableName("public", "t"),
          1,
          List.of(
              new Column("id", new PgType.Base(20, "bigint", -1), false, 1, null),
              new Column("note", new PgType.Base(25, "text", -1), true, 2, null)),
          List.of("id"),
          ReplicaIdentity.DEFAULT);

  /** Snapshot workers and the log's thread build under one allocator, marks without rows too. */
  @Test
  void recordsOfOneThreadAreWholeWhateverOthersWrite() throws Exception {
    try (BufferAllocator shared = new RootAllocator();
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Callable<Integer> marks = () -> write(shared, 0);
      Callable<Integer> rows = () -> write(shared, 3);
      for (Future<Integer> end : threads.invokeAll(List.of(marks, rows, rows))) {
        assertThat(end.get()).isEqualTo(3_000);
      }
    }
  }

  private static int write(BufferAllocator shared, int rows) {
    int written = 0;
    try (BatchBuilder builder = new BatchBuilder(SCHEMA, shared)) {
      while (written < 3_000) {
        for (int i = 0; i < rows; i++) {
          builder.end(Op.DELETE, 1, i, 1, 1);
        }
        try (BufferAllocator reader = new RootAllocator();
            VectorSchemaRoot root = ArrowIpc.read(builder.take(), reader, 1 << 20)) {
          assertThat(root.getRowCount()).isEqualTo(rows);
        }
        written++;
      }
    }
    return written;
  }
}
