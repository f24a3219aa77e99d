package io.rapidbyte.sink.contract;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Everything that every destination is asked, by promise. */
public abstract class DestinationContract
    implements UpsertContract,
        AppendContract,
        GenerationContract,
        TableContract,
        OffsetContract,
        OutboxContract,
        BooksContract {
  private final BufferAllocator allocator = new RootAllocator();
  private final List<StreamWriter> writers = new ArrayList<>();
  private @Nullable Destination destination;

  @BeforeEach
  void openDestination() {
    destination = open();
  }

  @AfterEach
  void closeDestination() {
    closeAll();
    allocator.close();
  }

  private void closeAll() {
    writers.forEach(StreamWriter::close);
    writers.clear();
    if (destination != null) {
      destination.close();
      destination = null;
    }
  }

  @Override
  public Destination destination() {
    if (destination == null) {
      throw new IllegalStateException("closed");
    }
    return destination;
  }

  @Override
  public BufferAllocator allocator() {
    return allocator;
  }

  @Override
  public void reopen() {
    reopenAfter(() -> {});
  }

  @Override
  public void reopenAfter(Runnable outside) {
    closeAll();
    outside.run();
    destination = open();
  }

  @Override
  public Harness harness(StreamSchema stream, WriteMode mode, int partitions, int partition) {
    StreamWriter writer = destination().writer(new StreamTarget(stream.table(), mode, partitions));
    writers.add(writer);
    var id = new PartitionId("shop." + stream.stream(), partition, "cluster", "topic-id");
    return new Harness(writer, id, allocator);
  }
}
