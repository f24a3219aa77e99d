package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.contract.Harness;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** An open destination with one claimed stream. */
final class TargetStream implements AutoCloseable {
  private final BufferAllocator allocator = new RootAllocator();
  private final PostgresDestination destination;
  private final StreamWriter writer;
  private final Harness harness;

  TargetStream(PostgresDestination destination, StreamSchema stream) {
    this.destination = destination;
    destination.open();
    this.writer = destination.writer(new StreamTarget(stream.table(), WriteMode.UPSERT, 1));
    this.harness = new Harness(writer, partition(stream), allocator);
  }

  private static PartitionId partition(StreamSchema stream) {
    return new PartitionId("shop." + stream.stream(), 0, "cluster", "topic-id");
  }

  Harness harness() {
    return harness;
  }

  @Override
  public void close() {
    writer.close();
    destination.close();
    allocator.close();
  }
}
