package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.ingest.commit.ParcelSink;
import io.rapidbyte.ingest.session.PostgresSessions;
import org.apache.arrow.memory.BufferAllocator;

/**
 * What reading a table's rows works with.
 *
 * @param sessions of the source
 * @param sink where parcels go; it waits where too much is under way
 * @param rejects what becomes of rows that cannot be written
 * @param allocator the snapshot's own, closed by whoever made it
 */
public record SnapshotTools(
    PostgresSessions sessions,
    ParcelSink sink,
    RejectsInto rejects,
    BufferAllocator allocator,
    IngestObserver observer,
    Limits limits) {

  /**
   * Sizes.
   *
   * @param recordBytes the most that a Kafka record's value has
   * @param maxRowBytes a larger row stops the stream
   */
  public record Limits(int recordBytes, long maxRowBytes) {}
}
