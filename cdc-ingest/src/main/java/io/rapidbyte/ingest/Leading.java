package io.rapidbyte.ingest;

import io.rapidbyte.ingest.batch.GenerationMarks;
import io.rapidbyte.ingest.commit.AppliedStream;
import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange;
import io.rapidbyte.ingest.commit.SendThread;
import io.rapidbyte.ingest.plan.SkippedSnapshots;
import io.rapidbyte.ingest.plan.SnapshotContext;
import io.rapidbyte.ingest.plan.Snapshots;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.replicate.LogEngine;
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
import java.util.Set;
import java.util.TreeSet;
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
  private final PlanWatch plans;
  private final Slot slot;
  private final Map<String, StreamSchema> newest = new HashMap<>();
  private final Map<String, AppliedStream> applied = new HashMap<>();
  private final Set<String> trimmed = new TreeSet<>();
  private final Set<String> again = new TreeSet<>();
  private boolean streaming;

  /** Nothing is done yet. */
  Leading(
      Wiring wiring,
      SourcePlan plan,
      Orders orders,
      SendThread send,
      BufferAllocator allocator,
      StreamBook.Ddl ddl,
      PlanWatch plans) {
    this.ddl = ddl;
    this.plans = plans;
    this.wiring = wiring;
    this.plan = plan;
    this.orders = orders;
    this.send = send;
    this.allocator = allocator;
    this.slot = new Slot(wiring.spec().source().slot());
  }

  /**
   * What Kafka holds, read behind the fence.
   *
   * @param schemas each stream's newest, by name
   * @param columnsEver the names of all columns that each stream has ever had
   * @param applied by what each stream's rows were chosen, by name
   * @param trimmed topics that retention has taken the beginning of
   */
  record Known(
      Optional<Progress> progress,
      Map<String, StreamSchema> schemas,
      Map<String, Set<String>> columnsEver,
      Map<String, AppliedStream> applied,
      Set<String> trimmed) {}

  Orders orders() {
    return orders;
  }

  /**
   * Whether the rest is for another attempt: a command waits that this one will not execute, a
   * stream must begin again, or the plan is not the source's any more.
   *
   * @param seen the offset behind the newest command
   */
  boolean mustBeginAgain(long seen) {
    Progress durable = send.durable();
    if (durable == null || !streaming) {
      return false;
    }
    return plans.isStale()
        || (seen > orders.covered() && durable.control() >= orders.covered())
        || durable.snapshots().values().stream().anyMatch(s -> s.phase() == Phase.PENDING);
  }

  /**
   * Runs until {@code ends}, or until a snapshot that was all that was asked for is complete.
   *
   * @param textSession whether values must be asked for as text
   */
  void run(Known known, boolean textSession, BooleanSupplier ends) throws InterruptedException {
    Optional<Progress> progress = known.progress();
    newest.putAll(known.schemas());
    applied.putAll(known.applied());
    trimmed.addAll(known.trimmed());
    plans.partitions().begin(plan);
    boolean goesOn = progress.filter(Attempt::isCreated).isPresent() && orders.anew().isEmpty();
    if (goesOn) {
      goOn(progress.orElseThrow());
    } else {
      begin(progress);
    }
    boolean only = mode() == SnapshotMode.ONLY;
    if (ends.getAsBoolean() || (only && isComplete())) {
      return;
    }
    BooleanSupplier done = () -> ends.getAsBoolean() || (only && isComplete());
    LogEngine engine = wiring.engine();
    boolean text =
        textSession
            || engine.readsTextOnly()
            || newest.values().stream().anyMatch(s -> SchemaRecords.textColumn(s).isPresent());
    LogSession session =
        new LogSession(wiring.spec(), wiring.sessions(), send, allocator, wiring.observer());
    LogSession.Work work =
        new LogSession.Work(
            engine,
            plan.streams(),
            plan.publications(),
            new StreamBook.Known(newest, known.columnsEver()),
            !text,
            wiring::rejects,
            ddl);
    try (Snapshots.Chunking chunking = wiring.snapshots().chunk(context(text), orders.keys())) {
      streaming = true;
      session.run(
          work,
          chunking,
          () -> {
            chunking.check();
            return done.getAsBoolean();
          });
    }
  }

  private SnapshotMode mode() {
    return wiring.spec().source().snapshot().mode();
  }

  /** Whether nothing is left to be copied or read by key. */
  private boolean isComplete() {
    Progress durable = Objects.requireNonNull(send.durable(), "no progress");
    return durable.control() >= orders.covered()
        && plan.streams().stream()
            .map(stream -> durable.snapshots().get(stream.stream()))
            .allMatch(state -> state != null && state.phase() == Phase.DONE);
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
      boolean wanted = mode() != SnapshotMode.NEVER;
      for (StreamPlan stream : added) {
        Phase phase = wanted ? Phase.PENDING : Phase.DONE;
        changes.add(new ProgressChange.SnapshotPhase(stream.stream(), 1, phase, lsn));
      }
      List<OutRecord> records = new ArrayList<>(choose(progress));
      again(progress, changes);
      if (orders.executed() > progress.control()) {
        changes.add(new ProgressChange.CommandsExecuted(orders.executed()));
      }
      List<StreamPlan> unfinished =
          plan.streams().stream().filter(s -> isUnfinished(progress, s.stream())).toList();
      records.addAll(announce(added, false, lsn, changes));
      records.addAll(announce(unfinished, true, lsn, changes));
      if (!wanted) {
        records.addAll(skipped(added, lsn));
      }
      put(records, changes);
      // What the publication lacked until now is on record, or the next start would not know.
      plans.begin(plan, publish(sql));
    } catch (SQLException e) {
      throw SqlFailures.of(e, "checking the slot");
    }
  }

  /** Whether rows are to be read from its table: with the columns that it has now. */
  private boolean isUnfinished(Progress progress, String stream) {
    SnapshotState state = progress.snapshots().get(stream);
    return state != null && (state.phase() != Phase.DONE || again.contains(stream));
  }

  /**
   * Finds streams whose rows are chosen otherwise than before.
   *
   * @return what puts it on record
   */
  private List<OutRecord> choose(Progress progress) {
    Map<String, AppliedStream> wanted =
        Renewals.wanted(plan, wiring.spec(), plans.partitions().files());
    again.addAll(orders.streams());
    Renewals.of(plan, progress, applied, wanted, trimmed)
        .forEach(
            (stream, reason) -> {
              if (mode() == SnapshotMode.NEVER) {
                LOG.warn(
                    "{}: {}; under snapshot: never it is not copied: rapidbyte resync {} does",
                    stream,
                    reason,
                    stream);
              } else {
                LOG.info("{}: {}; it is copied again", stream, reason);
                again.add(stream);
              }
            });
    wanted.forEach(
        (stream, now) -> {
          AppliedStream before = applied.get(stream);
          if (before != null && !again.contains(stream)) {
            plans.partitions().compare(stream, now.relationOid(), before.partitions());
          }
        });
    return record(wanted);
  }

  /** By what streams are chosen from now on, where that is new. */
  private List<OutRecord> record(Map<String, AppliedStream> wanted) {
    List<OutRecord> records = new ArrayList<>();
    wanted.forEach(
        (stream, now) -> {
          if (!now.equals(applied.put(stream, now))) {
            records.add(now.record(wiring.spec().topics().spec()));
          }
        });
    return records;
  }

  /** Puts on record how tables are published from now on. */
  private Map<String, String> publish(Connection sql) throws InterruptedException {
    Map<String, String> entries = wiring.planner().publish(sql, plan);
    Map<String, AppliedStream> published = new HashMap<>();
    for (StreamPlan stream : plan.streams()) {
      AppliedStream now = applied.get(stream.stream());
      if (now != null) {
        String entry = entries.getOrDefault(stream.stream(), "");
        published.put(stream.stream(), now.withPublished(entry));
      }
    }
    put(record(published), List.of());
    return entries;
  }

  private List<OutRecord> skipped(List<StreamPlan> streams, Lsn lsn) {
    int most = wiring.spec().limits().recordBytes();
    return streams.stream()
        .map(s -> s.withSchema(newest.getOrDefault(s.stream(), s.schema())))
        .flatMap(s -> GenerationMarks.end(s, lsn, most, allocator).stream())
        .toList();
  }

  /** Streams that are copied again begin their next generation. */
  private void again(Progress progress, List<ProgressChange> changes) {
    for (String stream : again) {
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
      boolean skipped = mode() == SnapshotMode.NEVER;
      skipped &= generations.values().stream().allMatch(generation -> generation == 1);
      if (skipped) {
        // With the slot, in one transaction: after a crash nothing shall look as if it waited.
        changes.addAll(SkippedSnapshots.of(plan.streams(), point));
      }
      List<OutRecord> records = announce(plan.streams(), anew, point, changes);
      records.addAll(record(Renewals.wanted(plan, wiring.spec(), plans.partitions().files())));
      if (skipped) {
        records.addAll(skipped(plan.streams(), point));
      }
      put(records, changes);
      plans.begin(plan, plan.entries());
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
