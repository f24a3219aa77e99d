package io.rapidbyte.ingest;

import io.rapidbyte.ingest.commit.CommittedReader;
import io.rapidbyte.ingest.commit.KafkaSettings;
import io.rapidbyte.ingest.commit.KafkaTransactions;
import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.commit.SendThread;
import io.rapidbyte.ingest.commit.Topics;
import io.rapidbyte.ingest.lead.LeadLock;
import io.rapidbyte.ingest.lead.LeadWatch;
import io.rapidbyte.ingest.plan.SkippedSnapshots;
import io.rapidbyte.ingest.plan.SnapshotContext;
import io.rapidbyte.ingest.plan.Snapshots;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.replicate.LogSession;
import io.rapidbyte.ingest.replicate.SchemaRecords;
import io.rapidbyte.ingest.replicate.Slot;
import io.rapidbyte.ingest.replicate.SystemIdentity;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState.Phase;
import io.rapidbyte.schemas.spec.SourceSpec.SnapshotMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to ingest, from the lead to its loss: the start-up order of which each step guards
 * the next. Whatever fails ends the attempt; the next begins at the lead again and trusts nothing
 * that is not in Kafka.
 */
final class Attempt {
  private final Wiring wiring;
  private final BooleanSupplier stop;
  private final boolean textSession;

  /**
   * An attempt not yet begun.
   *
   * @param textSession whether values must be asked for as text
   */
  Attempt(Wiring wiring, BooleanSupplier stop, boolean textSession) {
    this.wiring = wiring;
    this.stop = stop;
    this.textSession = textSession;
  }

  /** Runs until {@code stop}, or until a snapshot that was all that was asked for is complete. */
  void run() throws InterruptedException {
    Optional<LeadLock> lead = awaitLead();
    if (lead.isEmpty()) {
      return;
    }
    PublicationWatch publication = new PublicationWatch(wiring.spec(), lead.get());
    try (LeadWatch watch = new LeadWatch(lead.get(), publication::check).start()) {
      BooleanSupplier ends = () -> stop.getAsBoolean() || watch.failed();
      lead(publication, ends);
      if (!stop.getAsBoolean()) {
        watch.check();
      }
    }
  }

  private Optional<LeadLock> awaitLead() throws InterruptedException {
    wiring.observer().phase(IngestObserver.Phase.CONNECTING);
    boolean told = false;
    while (!stop.getAsBoolean()) {
      Optional<LeadLock> lead = LeadLock.tryAcquire(wiring.sessions(), wiring.spec().pipeline());
      if (lead.isPresent()) {
        return lead;
      }
      if (!told) {
        wiring.observer().phase(IngestObserver.Phase.STANDBY);
        told = true;
      }
      Thread.sleep(500);
    }
    return Optional.empty();
  }

  private void lead(PublicationWatch publication, BooleanSupplier ends)
      throws InterruptedException {
    KafkaSettings settings = new KafkaSettings(wiring.kafka(), wiring.spec().limits());
    Topics topics = new Topics(settings, wiring.spec().kafka(), wiring.spec().topics());
    topics.ensureInternal();
    CommittedReader reader = new CommittedReader(settings, wiring.spec().topics());
    // Before fencing, too: behind a failover another leader may hold the old primary's lock.
    requireSameSource(reader.progress());
    Optional<Progress> created = reader.progress().filter(Attempt::isCreated);
    created.ifPresent(progress -> publication.require(progress.publicationOid()));
    SourcePlan plan = plan(created.isEmpty());
    publication.require(plan.publicationOid());
    topics.ensureStreams(plan.streams());
    KafkaTransactions kafka = KafkaTransactions.open(settings, wiring.spec().topics());
    try (BufferAllocator allocator =
        wiring.allocator().newChildAllocator("ingest", 0, Long.MAX_VALUE)) {
      Optional<Progress> progress = reader.progress();
      Map<String, StreamSchema> newest = reader.schemas();
      try (SendThread send =
          new SendThread(kafka, progress.orElse(null), wiring.observer()).start()) {
        requireSameSource(progress);
        new Leading(plan, send, newest, allocator).run(progress, ends);
      }
    }
  }

  private SourcePlan plan(boolean mayCreate) {
    try (Connection sql = wiring.sessions().sql()) {
      return wiring.planner().plan(sql, mayCreate);
    } catch (SQLException e) {
      throw SqlFailures.of(e, "planning the pipeline");
    }
  }

  private static boolean isCreated(Progress progress) {
    return progress.slotState() == Progress.SlotState.CREATED;
  }

  private void requireSameSource(Optional<Progress> progress) {
    if (progress.isPresent() && isCreated(progress.get())) {
      try (Connection replication = wiring.sessions().replication()) {
        SystemIdentity.of(replication)
            .requireContinues(progress.get(), wiring.spec().pipeline(), replication);
      } catch (SQLException e) {
        throw SqlFailures.of(e, "identifying the source");
      }
    }
  }

  /** What is done with the lead, the fence and a plan. */
  private final class Leading {
    private final SourcePlan plan;
    private final SendThread send;
    private final Map<String, StreamSchema> newest;
    private final BufferAllocator allocator;
    private final Slot slot = new Slot(wiring.spec().source().slot());

    Leading(
        SourcePlan plan,
        SendThread send,
        Map<String, StreamSchema> newest,
        BufferAllocator allocator) {
      this.plan = plan;
      this.send = send;
      this.newest = new HashMap<>(newest);
      this.allocator = allocator;
    }

    void run(Optional<Progress> progress, BooleanSupplier ends) throws InterruptedException {
      if (progress.isPresent() && isCreated(progress.get())) {
        goOn(progress.get());
      } else {
        begin(progress);
      }
      if (wiring.spec().source().snapshot().mode() == SnapshotMode.ONLY || ends.getAsBoolean()) {
        return;
      }
      boolean text =
          textSession
              || newest.values().stream().anyMatch(s -> SchemaRecords.textColumn(s).isPresent());
      LogSession session =
          new LogSession(wiring.spec(), wiring.sessions(), send, allocator, wiring.observer());
      LogSession.Work work =
          new LogSession.Work(plan.streams(), plan.publications(), newest, !text, wiring::rejects);
      try (Snapshots.Chunking chunking = wiring.snapshots().chunk(context())) {
        session.run(
            work,
            chunking,
            () -> {
              chunking.check();
              return ends.getAsBoolean();
            });
      }
    }

    private void goOn(Progress progress) throws InterruptedException {
      try (Connection sql = wiring.sessions().sql();
          Connection replication = wiring.sessions().replication()) {
        slot.requireContinues(sql, progress.last().end());
        List<ProgressChange> changes = new ArrayList<>();
        int timeline = SystemIdentity.of(replication).timeline();
        if (timeline != progress.timeline()) {
          changes.add(new ProgressChange.TimelineSwitched(timeline));
        }
        List<StreamPlan> added =
            plan.streams().stream()
                .filter(s -> !progress.snapshots().containsKey(s.stream()))
                .toList();
        Lsn lsn = progress.last().end();
        for (StreamPlan stream : added) {
          boolean wanted = wiring.spec().source().snapshot().mode() != SnapshotMode.NEVER;
          Phase phase = wanted ? Phase.PENDING : Phase.DONE;
          changes.add(new ProgressChange.SnapshotPhase(stream.stream(), 1, phase, lsn));
        }
        announce(added, lsn, changes);
      } catch (SQLException e) {
        throw SqlFailures.of(e, "checking the slot");
      }
    }

    private void begin(Optional<Progress> progress) throws InterruptedException {
      try (Connection sql = wiring.sessions().sql();
          Connection replication = wiring.sessions().replication()) {
        if (progress.isPresent()) {
          slot.drop(sql); // there was an intent, and nothing behind it
        } else if (slot.state(sql).isPresent()) {
          throw slot.notOurs();
        }
        SystemIdentity system = SystemIdentity.of(replication);
        List<String> names = plan.streams().stream().map(StreamPlan::stream).toList();
        send.put(
            Parcel.of(
                List.of(),
                new ProgressChange.SlotIntent(
                    system.systemId(),
                    system.timeline(),
                    wiring.spec().source().slot(),
                    plan.publicationOid(),
                    names)));
        send.drain();
        Slot.Created created = slot.create(replication);
        Lsn point = created.consistentPoint();
        List<ProgressChange> changes = new ArrayList<>();
        changes.add(new ProgressChange.SlotCreated(point));
        boolean skipped = wiring.spec().source().snapshot().mode() == SnapshotMode.NEVER;
        if (skipped) {
          // With the slot, in one transaction: after a crash nothing shall look as if it waited.
          changes.addAll(SkippedSnapshots.of(plan.streams(), point));
        }
        announce(plan.streams(), point, changes);
        if (!skipped) {
          snapshot(created);
        }
      } catch (SQLException e) {
        throw SqlFailures.of(e, "beginning the pipeline");
      }
    }

    private void snapshot(Slot.Created created) throws InterruptedException {
      wiring.observer().phase(IngestObserver.Phase.SNAPSHOT);
      wiring.snapshots().copy(context(), created.snapshot(), created.consistentPoint());
      send.drain();
    }

    /** Writes the first schema version of streams that have none, and the changes with them. */
    private void announce(List<StreamPlan> streams, Lsn lsn, List<ProgressChange> changes)
        throws InterruptedException {
      List<OutRecord> documents = new ArrayList<>();
      for (StreamPlan stream : streams) {
        @Nullable StreamSchema known = newest.get(stream.stream());
        StreamSchema schema = SchemaRecords.effective(stream.schema(), known);
        if (known == null || schema.version() != known.version()) {
          newest.put(stream.stream(), schema);
          documents.add(
              SchemaRecords.document(
                  wiring.spec().topics().schemas(), schema, stream.topic(), lsn));
          changes.add(new ProgressChange.SchemaAdded(stream.stream(), schema.version()));
        }
        wiring.observer().stream(stream.stream(), stream.topic(), schema.version());
      }
      if (!documents.isEmpty() || !changes.isEmpty()) {
        send.put(new Parcel(documents, changes));
        send.drain();
      }
    }

    private SnapshotContext context() {
      List<StreamPlan> streams =
          plan.streams().stream()
              .map(s -> s.withSchema(newest.getOrDefault(s.stream(), s.schema())))
              .toList();
      return new SnapshotContext(
          wiring.spec(),
          wiring.sessions(),
          streams,
          Objects.requireNonNull(send.durable(), "no progress"),
          send,
          allocator,
          wiring.observer());
    }
  }
}
