package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.batch.DeadLetters;
import io.rapidbyte.ingest.batch.GenerationMarks;
import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.plan.KeyOrder;
import io.rapidbyte.ingest.plan.SnapshotContext;
import io.rapidbyte.ingest.plan.Snapshots;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.SnapshotState;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** How the rows of Postgres tables get into the topics: copied at first, by chunks ever after. */
public final class PostgresSnapshots implements Snapshots {
  private final RandomGenerator random;

  /** {@code random} names what only one session may take for its own. */
  public PostgresSnapshots(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public void copy(SnapshotContext context, String snapshot, Lsn lsn) throws InterruptedException {
    List<CopyJob> jobs = new ArrayList<>();
    List<OutRecord> begins = new ArrayList<>();
    List<ProgressChange> changes = new ArrayList<>();
    for (StreamPlan stream : context.streams()) {
      SnapshotState state = context.progress().snapshots().get(stream.stream());
      int generation = state == null ? 1 : state.generation();
      jobs.add(new CopyJob(stream, stream.schema(), generation));
      if (generation > 1) {
        int most = context.spec().limits().recordBytes();
        begins.addAll(GenerationMarks.begin(stream, generation, lsn, most, context.allocator()));
        changes.add(
            new ProgressChange.SnapshotPhase(stream.stream(), generation, Phase.COPYING, lsn));
      }
    }
    if (!begins.isEmpty()) {
      context.sink().put(new Parcel(begins, changes));
    }
    int workers = context.spec().source().snapshot().workers();
    new TableCopy(tools(context), workers).copy(snapshot, lsn, jobs);
    context.sink().drain();
  }

  @Override
  public Chunking chunk(SnapshotContext context, List<KeyOrder> keys) throws InterruptedException {
    String token = Long.toHexString(random.nextLong());
    ResumedSnapshots resumed = new ResumedSnapshots(context, tools(context), token, keys);
    try {
      return resumed.start(token);
    } catch (RuntimeException | InterruptedException e) {
      resumed.close();
      throw e;
    }
  }

  private static SnapshotTools tools(SnapshotContext context) {
    PipelineSpec spec = context.spec();
    LimitSpec limits = spec.limits();
    return new SnapshotTools(
        context.sessions(),
        context.sink(),
        out ->
            new DeadLetters(
                    spec.topics(),
                    spec.policies().onDataError(),
                    context.allocator(),
                    context.observer(),
                    out::add)
                ::reject,
        context.allocator(),
        context.observer(),
        new SnapshotTools.Limits(limits.recordBytes(), limits.maxRowBytes()));
  }
}
