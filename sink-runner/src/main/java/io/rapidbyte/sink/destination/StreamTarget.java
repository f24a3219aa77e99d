package io.rapidbyte.sink.destination;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;

/**
 * What a writer writes.
 *
 * @param table the source's table; the destination's has the same name unless its settings say
 *     otherwise
 * @param mode resolved: upsert only for streams with a key
 * @param partitions of the stream's topic; above 1 an upsert table carries {@code _rb_partition}
 */
public record StreamTarget(TableName table, WriteMode mode, int partitions) {
  public StreamTarget {
    if (partitions < 1) {
      throw new IllegalArgumentException("a topic has no partitions: " + table);
    }
  }

  /** The stream's name in logs, metrics and documents. */
  public String stream() {
    return table.toString();
  }
}
