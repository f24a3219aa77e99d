package io.rapidbyte.sink.duckdb;

import io.rapidbyte.sink.destination.Batch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;

/**
 * Batches registered with a connection as {@link UpsertSql#INPUT}. DuckDB reads them once, in the
 * next statement that names it; closing frees what was not read.
 */
final class Stage implements AutoCloseable {
  private final ArrowArrayStream stream;

  private Stage(ArrowArrayStream stream) {
    this.stream = stream;
  }

  static Stage of(Connection connection, BufferAllocator allocator, List<Batch> batches)
      throws SQLException {
    DuckDBConnection duckdb = connection.unwrap(DuckDBConnection.class);
    ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
    try {
      Data.exportArrayStream(allocator, new StageReader(allocator, batches), stream);
      duckdb.registerArrowStream(UpsertSql.INPUT, stream);
      return new Stage(stream);
    } catch (RuntimeException e) {
      release(stream);
      throw e;
    }
  }

  private static void release(ArrowArrayStream stream) {
    if (stream.snapshot().release != 0) {
      stream.release();
    }
    stream.close();
  }

  @Override
  public void close() {
    release(stream);
  }
}
