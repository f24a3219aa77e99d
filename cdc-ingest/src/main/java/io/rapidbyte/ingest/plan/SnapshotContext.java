package io.rapidbyte.ingest.plan;

import io.rapidbyte.ingest.IngestObserver;
import io.rapidbyte.ingest.commit.ParcelSink;
import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * What snapshots work with.
 *
 * @param streams with the schemas that hold where the session begins, their versions final
 * @param progress as it was when the session began
 * @param sink where rows go
 * @param allocator closed by whoever made the context, after the work has ended
 * @param text whether the log brings every value in its text form
 */
public record SnapshotContext(
    PipelineSpec spec,
    PostgresSessions sessions,
    List<StreamPlan> streams,
    Progress progress,
    ParcelSink sink,
    BufferAllocator allocator,
    IngestObserver observer,
    boolean text) {
  public SnapshotContext {
    streams = List.copyOf(streams);
  }
}
