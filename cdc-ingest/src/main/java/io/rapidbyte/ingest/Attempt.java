package io.rapidbyte.ingest;

import io.rapidbyte.ingest.commit.CommittedReader;
import io.rapidbyte.ingest.commit.ControlWatch;
import io.rapidbyte.ingest.commit.KafkaSettings;
import io.rapidbyte.ingest.commit.KafkaTransactions;
import io.rapidbyte.ingest.commit.SendThread;
import io.rapidbyte.ingest.commit.Topics;
import io.rapidbyte.ingest.ddl.SchemaEventSql;
import io.rapidbyte.ingest.ddl.SchemaEvents;
import io.rapidbyte.ingest.lead.LeadLock;
import io.rapidbyte.ingest.lead.LeadWatch;
import io.rapidbyte.ingest.plan.SourcePlan;
import io.rapidbyte.ingest.replicate.StreamBook;
import io.rapidbyte.ingest.replicate.SystemIdentity;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.progress.Progress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;

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

  /** How an attempt ends that did not fail. */
  enum End {
    /** It was stopped, or nothing is left to do. */
    COMPLETE,
    /** Something has come that is done where an attempt begins: a command, a stream's new start. */
    AGAIN
  }

  /** Runs until {@code stop}, until a command comes, or until nothing is left to do. */
  End run() throws InterruptedException {
    Optional<LeadLock> lead = awaitLead();
    if (lead.isEmpty()) {
      return End.COMPLETE;
    }
    PublicationWatch publication = new PublicationWatch(wiring.spec(), lead.get());
    PlanWatch plans = new PlanWatch(wiring.spec(), lead.get());
    Runnable checks =
        () -> {
          publication.check();
          plans.look();
        };
    try (LeadWatch watch = new LeadWatch(lead.get(), checks).start()) {
      BooleanSupplier ends = () -> stop.getAsBoolean() || watch.failed();
      End end = lead(new Watches(publication, plans, watch::look), ends);
      if (!stop.getAsBoolean()) {
        watch.check();
      }
      return end;
    }
  }

  /**
   * What is looked at beside the stream.
   *
   * @param look asks for a look now
   */
  private record Watches(PublicationWatch publication, PlanWatch plans, Runnable look) {}

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

  private End lead(Watches watches, BooleanSupplier ends) throws InterruptedException {
    PublicationWatch publication = watches.publication();
    KafkaSettings settings = new KafkaSettings(wiring.kafka(), wiring.spec().limits());
    Topics topics = new Topics(settings, wiring.spec().kafka(), wiring.spec().topics());
    topics.ensureInternal();
    CommittedReader reader = new CommittedReader(settings, wiring.spec().topics());
    Optional<Progress> before = reader.progress();
    boolean anew = orders(reader, before).anew().isPresent();
    if (!anew) {
      // Before fencing, too: behind a failover another leader may hold the old primary's lock.
      requireSameSource(before);
    }
    Optional<Progress> created = before.filter(progress -> isCreated(progress) && !anew);
    created.ifPresent(progress -> publication.require(progress.publicationOid()));
    SourcePlan plan = plan(created.isEmpty());
    StreamBook.Ddl ddl = schemaEvents(watches.look());
    publication.require(plan.publicationOid());
    topics.ensureStreams(plan.streams());
    KafkaTransactions kafka = KafkaTransactions.open(settings, wiring.spec().topics());
    try (BufferAllocator allocator =
        wiring.allocator().newChildAllocator("ingest", 0, Long.MAX_VALUE)) {
      Optional<Progress> progress = reader.progress();
      Orders orders = orders(reader, progress);
      Leading.Known known =
          new Leading.Known(
              progress,
              reader.schemas(),
              reader.columnsEver(),
              reader.applied(),
              reader.trimmed(plan.streams()));
      try (SendThread send =
          new SendThread(kafka, progress.orElse(null), wiring.observer()).start()) {
        if (orders.anew().isPresent() != anew) {
          return End.AGAIN; // it came, or was executed, in between: decide again
        }
        if (!anew) {
          requireSameSource(progress);
        }
        return lead(
            new Leading(wiring, plan, orders, send, allocator, ddl, watches.plans()),
            settings,
            known,
            ends);
      }
    }
  }

  private End lead(
      Leading leading, KafkaSettings settings, Leading.Known known, BooleanSupplier ends)
      throws InterruptedException {
    String control = wiring.spec().topics().control();
    try (ControlWatch watch =
        new ControlWatch(settings, control, leading.orders().covered()).start()) {
      BooleanSupplier again = () -> leading.mustBeginAgain(watch.seen());
      leading.run(known, textSession, () -> ends.getAsBoolean() || again.getAsBoolean());
      return again.getAsBoolean() && !stop.getAsBoolean() ? End.AGAIN : End.COMPLETE;
    }
  }

  private static Orders orders(CommittedReader reader, Optional<Progress> progress) {
    long executed = progress.map(Progress::control).orElse(0L);
    return Orders.of(executed, reader.commands(executed));
  }

  private SourcePlan plan(boolean mayCreate) {
    try (Connection sql = wiring.sessions().sql()) {
      return wiring.planner().plan(sql, mayCreate);
    } catch (SQLException e) {
      throw SqlFailures.of(e, "planning the pipeline");
    }
  }

  private StreamBook.Ddl schemaEvents(Runnable look) {
    try (Connection sql = wiring.sessions().sql()) {
      return SchemaEvents.establish(wiring.spec(), sql) == SchemaEvents.Mode.TOLD
          ? new StreamBook.Ddl(new SchemaEventSql(wiring.spec().pipeline()).prefix(), look)
          : StreamBook.Ddl.UNTOLD;
    } catch (SQLException e) {
      throw SqlFailures.of(e, "installing event triggers");
    }
  }

  static boolean isCreated(Progress progress) {
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
}
