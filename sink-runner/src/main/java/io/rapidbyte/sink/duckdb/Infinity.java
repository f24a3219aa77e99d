package io.rapidbyte.sink.duckdb;

import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;

/**
 * Negative infinity of dates and timestamps: the smallest value in a batch, as in Postgres, and one
 * above it in DuckDB, which breaks for good when it reads the smallest. Positive infinity is the
 * same in both.
 */
final class Infinity {
  private Infinity() {}

  /** A copy with DuckDB's values, which the caller closes, where the vector holds any. */
  static Optional<FieldVector> translated(FieldVector vector, BufferAllocator allocator) {
    if (!visit(vector, false)) {
      return Optional.empty();
    }
    FieldVector copy = vector.getField().createVector(allocator);
    for (int row = 0; row < vector.getValueCount(); row++) {
      copy.copyFromSafe(row, row, vector);
    }
    copy.setValueCount(vector.getValueCount());
    visit(copy, true);
    return Optional.of(copy);
  }

  /** Whether there is any such value, nested ones included; replaces them where asked to. */
  private static boolean visit(FieldVector vector, boolean replace) {
    boolean found =
        switch (vector) {
          case TimeStampVector times -> longs(times, replace);
          case DateDayVector dates -> days(dates, replace);
          default -> false;
        };
    for (FieldVector child : vector.getChildrenFromFields()) {
      found |= visit(child, replace);
    }
    return found;
  }

  private static boolean longs(TimeStampVector times, boolean replace) {
    ArrowBuf data = times.getDataBuffer();
    boolean found = false;
    for (long i = 0; i < times.getValueCount(); i++) {
      if (data.getLong(i * Long.BYTES) == Long.MIN_VALUE) {
        found = true;
        if (replace) {
          data.setLong(i * Long.BYTES, -Long.MAX_VALUE);
        }
      }
    }
    return found;
  }

  private static boolean days(DateDayVector dates, boolean replace) {
    ArrowBuf data = dates.getDataBuffer();
    boolean found = false;
    for (long i = 0; i < dates.getValueCount(); i++) {
      if (data.getInt(i * Integer.BYTES) == Integer.MIN_VALUE) {
        found = true;
        if (replace) {
          data.setInt(i * Integer.BYTES, -Integer.MAX_VALUE);
        }
      }
    }
    return found;
  }
}
