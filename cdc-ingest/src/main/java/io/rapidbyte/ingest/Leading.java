package io.rapidbyte.ingest;

import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.commit.SendThread;
import io.rapidbyte.ingest.plan.SkippedSnapshots;
import io.rapidbyte.ingest.plan.SnapshotContext;
import io.rapidbyte.ingest.plan.Snapshots;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.replicate.LogSession;
import io.rapidbyte.ingest.replicate.SchemaRecords;
import io.rapidbyte.ingest.replicate.Slot;
import io.rapidbyte.ingest.replicate.StreamBook;
import io.rapidbyte.ingest.replicate.SystemIdentity;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.control.ResyncCommand;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.progress.Progress;
import io.rapidbyte.schemas.progress.SnapshotState;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done with the lead, the fence and a plan: begin or go on, then stream. */
final class Leading {
  private static final Logger LOG = LoggerFactory.getLogger(Leading.class);

  private final Wiring wiring;
  private final SourcePlan plan;
  private final Orders orders;
  private final SendThread send;
  private final BufferAllocator allocator;
  private final StreamBook.Ddl ddl;
  private final Slot slot;
  private final Map<String, StreamSchema> newest = new HashMap<>();
  private boolean streaming;

  /** Nothing is done yet. */
  Leading(
      Wiring wiring,
      SourcePlan plan,
      Orders orders,
      SendThread send,
      BufferAllocator allocator,
      StreamBook.Ddl ddl) {
    this.ddl = ddl;
    this.wiring = wiring;
    this.plan = plan;
    this.orders = orders;
    this.send = send;
    this.allocator = allocator;
    this.slot = new Slot(wiring.spec().source().slot());
  }

  Orders orders() {
    return orders;
  }

  /**
   * Whether the rest is for another attempt: a command waits that this one will not execute, or a
   * stream must begin again.
   *
   * @param seen the offset behind the newest command
   */
  boolean mustBeginAgain(long seen) {
    Progress durable = send.durable();
    if (durable == null || !streaming) {
      return false;
    }
    return (seen > orders.covered() && durable.control() >= orders.covered())
        || durable.snapshots().values().stream().anyMatch(s -> s.phase() == Phase.PENDING);
  }

  /**
   * Runs until {@code ends}, or until a snapshot that was all that was asked for is complete.
   *
   * @param progress as it was read behind the fence
   * @param schemas each stream's newest, by name
   * @param textSession whether values must be asked for as text
   */
  void run(
      Optional<Progress> progress,
      Map<String, StreamSchema> schemas,
      boolean textSession,
      BooleanSupplier ends)
      throws InterruptedException {
    newest.putAll(schemas);
    boolean goesOn = progress.filter(Attempt::isCreated).isPresent() && orders.anew().isEmpty();
    if (goesOn) {
      goOn(progress.orElseThrow());
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
        new LogSession.Work(
            plan.streams(), plan.publications(), newest, !text, wiring::rejects, ddl);
    try (Snapshots.Chunking chunking = wiring.snapshots().chunk(context(text), orders.keys())) {
      streaming = true;
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
      again(progress, changes);
      if (orders.executed() > progress.control()) {
        changes.add(new ProgressChange.CommandsExecuted(orders.executed()));
      }
      List<StreamPlan> unfinished =
          plan.streams().stream().filter(s -> isUnfinished(progress, s.stream())).toList();
      List<OutRecord> records = announce(added, false, lsn, changes);
      records.addAll(announce(unfinished, true, lsn, changes));
      put(records, changes);
    } catch (SQLException e) {
      throw SqlFailures.of(e, "checking the slot");
    }
  }

  /** Whether rows are to be read from its table: with the columns that it has now. */
  private boolean isUnfinished(Progress progress, String stream) {
    SnapshotState state = progress.snapshots().get(stream);
    return state != null && (state.phase() != Phase.DONE || orders.streams().contains(stream));
  }

  /** Streams that a command has copied again begin their next generation. */
  private void again(Progress progress, List<ProgressChange> changes) {
    for (String stream : orders.streams()) {
      SnapshotState state = progress.snapshots().get(stream);
      boolean planned = plan.streams().stream().anyMatch(s -> s.stream().equals(stream));
      if (state == null || !planned) {
        LOG.warn("resync of {}: the pipeline has no such stream; nothing is done", stream);
      } else {
        int next = state.generation() + 1;
        Lsn lsn = progress.last().end();
        changes.add(new ProgressChange.SnapshotPhase(stream, next, Phase.PENDING, lsn));
      }
    }
  }

  private void begin(Optional<Progress> progress) throws InterruptedException {
    boolean anew = orders.anew().isPresent();
    try (Connection sql = wiring.sessions().sql();
        Connection replication = wiring.sessions().replication()) {
      if (progress.isPresent() || anew) {
        slot.release(sql); // an intent with nothing behind it, or to begin anew was asked for
      } else if (slot.state(sql).isPresent()) {
        throw slot.notOurs();
      }
      Map<String, Integer> generations = generations(progress);
      intend(SystemIdentity.of(replication), generations);
      Slot.Created created = slot.create(replication);
      Lsn point = created.consistentPoint();
      List<ProgressChange> changes = new ArrayList<>();
      changes.add(new ProgressChange.SlotCreated(point));
      boolean skipped = wiring.spec().source().snapshot().mode() == SnapshotMode.NEVER;
      skipped &= generations.values().stream().allMatch(generation -> generation == 1);
      if (skipped) {
        // With the slot, in one transaction: after a crash nothing shall look as if it waited.
        changes.addAll(SkippedSnapshots.of(plan.streams(), point));
      }
      put(announce(plan.streams(), anew, point, changes), changes);
      if (!skipped) {
        snapshot(created);
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e, "beginning the pipeline");
    }
  }

  private void intend(SystemIdentity system, Map<String, Integer> generations)
      throws InterruptedException {
    List<ProgressChange> changes = new ArrayList<>();
    changes.add(
        new ProgressChange.SlotIntent(
            system.systemId(),
            system.timeline(),
            wiring.spec().source().slot(),
            plan.publicationOid(),
            generations));
    if (orders.covered() > 0) {
      // Whatever they ask for, a beginning brings it.
      changes.add(new ProgressChange.CommandsExecuted(orders.covered()));
    }
    send.put(new Parcel(List.of(), changes));
    send.drain();
  }

  /** The generation under which each stream begins. */
  private Map<String, Integer> generations(Optional<Progress> progress) {
    Map<String, Integer> generations = new HashMap<>();
    int first =
        progress.isPresent() ? 1 : orders.anew().map(ResyncCommand.Everything::floor).orElse(1);
    int step = orders.anew().isPresent() ? 1 : 0;
    for (StreamPlan stream : plan.streams()) {
      SnapshotState old = progress.map(p -> p.snapshots().get(stream.stream())).orElse(null);
      generations.put(stream.stream(), old == null ? first : old.generation() + step);
    }
    return generations;
  }

  private void snapshot(Slot.Created created) throws InterruptedException {
    wiring.observer().phase(IngestObserver.Phase.SNAPSHOT);
    wiring.snapshots().copy(context(false), created.snapshot(), created.consistentPoint());
    send.drain();
  }

  /**
   * The documents of schema versions that begin here, and the changes that go with them.
   *
   * @param byCatalog whether the catalog's columns hold from here on; else only where nothing is
   *     known, for the catalog may be ahead of the log
   */
  private List<OutRecord> announce(
      List<StreamPlan> streams, boolean byCatalog, Lsn lsn, List<ProgressChange> changes) {
    List<OutRecord> records = new ArrayList<>();
    for (StreamPlan stream : streams) {
      @Nullable StreamSchema known = newest.get(stream.stream());
      StreamSchema schema =
          byCatalog
              ? SchemaRecords.anew(stream.schema(), known)
              : SchemaRecords.effective(stream.schema(), known);
      if (known == null || schema.version() != known.version()) {
        newest.put(stream.stream(), schema);
        records.add(
            SchemaRecords.document(wiring.spec().topics().schemas(), schema, stream.topic(), lsn));
        changes.add(new ProgressChange.SchemaAdded(stream.stream(), schema.version()));
      }
      wiring.observer().stream(stream.stream(), stream.topic(), schema.version());
    }
    return records;
  }

  private void put(List<OutRecord> records, List<ProgressChange> changes)
      throws InterruptedException {
    if (!records.isEmpty() || !changes.isEmpty()) {
      send.put(new Parcel(records, changes));
      send.drain();
    }
  }

  private List<StreamPlan> planned() {
    return plan.streams().stream()
        .map(s -> s.withSchema(newest.getOrDefault(s.stream(), s.schema())))
        .toList();
  }

  private SnapshotContext context(boolean text) {
    return new SnapshotContext(
        wiring.spec(),
        wiring.sessions(),
        planned(),
        Objects.requireNonNull(send.durable(), "no progress"),
        send,
        allocator,
        wiring.observer(),
        text);
  }
}
