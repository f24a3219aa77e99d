package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.batch.RowPlace;
import io.rapidbyte.ingest.commit.Parcel;
import io.rapidbyte.ingest.commit.ProgressChange.LogAdvanced;
import io.rapidbyte.ingest.commit.ProgressChange.LogContinues;
import io.rapidbyte.ingest.decode.LogVisitor;
import io.rapidbyte.ingest.decode.Relation;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.batch.RecordHeaders.ChunkMark;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.progress.Progress.Mark;
import io.rapidbyte.schemas.progress.Progress.Partial;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From messages to parcels: counts ordinals, drops what progress covers, splits transactions that
 * are too large, and ends epochs. Knows no connection and no clock. One thread.
 *
 * <p>An epoch is what shall be in one Kafka transaction: whole Postgres transactions, or a piece of
 * one.
 */
final class LogAssembler implements LogVisitor {
  private static final long EPOCH_BYTES = 16L * 1024 * 1024;
  private static final long EPOCH_NANOS = 500_000_000L;
  private static final long IDLE_NANOS = 20_000_000L;

  private final StreamBook streams;
  private final Epoch epoch;
  private final LogTap tap;
  private final MessageRecords messages;
  private final long transactionBytes;
  private final RowPlace place = new RowPlace();

  private Mark last;
  private @Nullable Partial partial;
  private boolean inTransaction;
  private boolean dropping;
  private boolean chunked;
  private boolean chunkEnds;
  private int skipBelow;
  private long chunkBytes;
  private boolean open;
  private long openedNanos;
  private long epochBytes;
  private long newestMicros;

  /**
   * Begins where progress stands.
   *
   * @param transactionBytes a Postgres transaction above it takes several Kafka transactions
   */
  LogAssembler(
      StreamBook streams,
      Epoch epoch,
      LogTap tap,
      MessageRecords messages,
      long transactionBytes,
      Mark last,
      @Nullable Partial partial) {
    this.streams = streams;
    this.epoch = epoch;
    this.tap = tap;
    this.messages = messages;
    this.transactionBytes = transactionBytes;
    this.last = last;
    this.partial = partial;
  }

  /** Tells the size of the message that is about to be decoded. */
  void message(int bytes) {
    place.messageBytes(bytes);
    chunkBytes += bytes;
    epochBytes += bytes;
  }

  /** Commit time of the newest transaction, µs since 1970. */
  long newestMicros() {
    return newestMicros;
  }

  /** The end of the last whole transaction. */
  Lsn end() {
    return last.end();
  }

  @Override
  public void begin(Lsn commit, long commitMicros, int xid) {
    place.begin(commit, xid, commitMicros);
    inTransaction = true;
    dropping = commit.isBefore(last.end());
    skipBelow = 0;
    chunkBytes = 0;
    chunked = false;
    Partial rest = partial;
    if (rest != null && !dropping) {
      chunked = rest.commit().equals(commit);
      skipBelow = chunked ? rest.nextOrdinal() : 0;
      partial = chunked ? rest : null;
    }
    tap.begin(commit, xid);
  }

  @Override
  public void commit(Lsn commit, Lsn end) {
    inTransaction = false;
    if (dropping) {
      return;
    }
    if (last.end().isAfter(end)) {
      throw new IllegalStateException("a transaction ends at %s, behind %s".formatted(end, last));
    }
    last = new Mark(commit, end);
    partial = null;
    chunkEnds = chunked;
    newestMicros = place.micros();
    open = true;
  }

  @Override
  public void relation(Relation relation) {
    streams.announce(relation);
  }

  @Override
  public void insert(int oid, Tuple row) {
    RelationState state = streams.state(oid);
    int ordinal = place.take(1);
    if (takes(state, ordinal)) {
      RelationState.Binding to = streams.bind(state, place, ordinal);
      if (passes(to, row)) {
        Tuple mapped = to.row().of(row);
        tapped(to, Op.INSERT, mapped);
        to.writer().row(place, ordinal, Op.INSERT, mapped, null);
      }
      to.writer().flushFull();
    }
  }

  @Override
  public void update(int oid, Tuple row) {
    RelationState state = streams.state(oid);
    int ordinal = place.take(1);
    if (takes(state, ordinal)) {
      RelationState.Binding to = streams.bind(state, place, ordinal);
      change(to, ordinal, to.row().of(row), null, passes(to, row));
    }
  }

  @Override
  public void updateWithKey(int oid, Tuple oldKey, Tuple row) {
    update(oid, oldKey, row, false);
  }

  @Override
  public void updateWithOld(int oid, Tuple old, Tuple row) {
    update(oid, old, row, true);
  }

  private void update(int oid, Tuple old, Tuple row, boolean full) {
    RelationState state = streams.state(oid);
    boolean moves = state.changesKey(old, row);
    int ordinal = place.take(moves ? 2 : 1);
    if (!takes(state, ordinal)) {
      return;
    }
    RelationState.Binding to = streams.bind(state, place, ordinal);
    Tuple mappedOld = to.old().of(old);
    Tuple mapped = full ? to.row().of(row, old) : to.row().of(row);
    boolean passes = to.filter().isEmpty() || passes(to, full ? to.wire().of(row, old) : row);
    if (!moves) {
      change(to, ordinal, mapped, full ? mappedOld : null, passes);
      return;
    }
    tapped(to, Op.DELETE, mappedOld);
    if (passes) {
      tapped(to, Op.INSERT, mapped);
      to.writer().keyChange(place, ordinal, mappedOld, mapped, full);
    } else {
      to.writer().delete(place, ordinal, mappedOld, full ? mappedOld : null);
    }
    to.writer().flushFull();
  }

  /** An update in place: as it is where it matches the filter, else the delete of its key. */
  private void change(
      RelationState.Binding to, int ordinal, Tuple row, @Nullable Tuple before, boolean passes) {
    tapped(to, passes ? Op.UPDATE : Op.DELETE, row);
    if (passes) {
      to.writer().row(place, ordinal, Op.UPDATE, row, before);
    } else {
      to.writer().delete(place, ordinal, row, before);
    }
    to.writer().flushFull();
  }

  @Override
  public void delete(int oid, Tuple key) {
    delete(oid, key, false);
  }

  @Override
  public void deleteOld(int oid, Tuple old) {
    delete(oid, old, true);
  }

  private void delete(int oid, Tuple old, boolean full) {
    RelationState state = streams.state(oid);
    int ordinal = place.take(1);
    if (takes(state, ordinal)) {
      RelationState.Binding to = streams.bind(state, place, ordinal);
      Tuple mapped = to.row().of(old);
      tapped(to, Op.DELETE, mapped);
      to.writer().delete(place, ordinal, mapped, full ? mapped : null);
      to.writer().flushFull();
    }
  }

  @Override
  public void truncate(List<Integer> oids, boolean cascade, boolean restartIdentity) {
    for (int oid : oids) {
      RelationState state = streams.state(oid);
      int ordinal = place.take(1);
      if (takes(state, ordinal)) {
        RelationState.Binding to = streams.bind(state, place, ordinal);
        to.writer().mark(RecordKind.TRUNCATE, place.at(ordinal));
        tap.truncated(to.writer().schema().stream(), place.xid());
      }
    }
  }

  @Override
  public void message(boolean transactional, Lsn lsn, String prefix, byte[] content) {
    if (MessageRecords.isOurs(prefix)) {
      if (transactional && inTransaction && !dropping) {
        ours(prefix, content);
      }
    } else if (transactional) {
      // A place of its own: what a chunked transaction has behind it must tell them apart.
      int ordinal = place.take(1);
      if (!dropping && Integer.compareUnsigned(ordinal, skipBelow) >= 0) {
        messages.of(true, place.at(ordinal), prefix, content).forEach(epoch::add);
      }
    } else if (!lsn.isBefore(last.end())) {
      messages.of(false, new Position(lsn, 0), prefix, content).forEach(epoch::add);
      // All that commits before it has come; the log goes on behind it.
      last = new Mark(last.commit(), new Lsn(lsn.bits() + 1));
      open = true;
    }
  }

  /**
   * DDL has no place of its own among the changes: its place is the next change's. Where a chunked
   * transaction goes on, what was told at its very end is told again, and changes nothing.
   */
  private void ours(String prefix, byte[] content) {
    if (!streams.isTold(prefix)) {
      mark(prefix, content);
    } else if (Integer.compareUnsigned(place.nextOrdinal(), skipBelow) >= 0) {
      streams.tell(content, place.at(place.nextOrdinal()));
    }
  }

  private void mark(String prefix, byte[] content) {
    Optional<Parcel> parcel = tap.message(prefix, content, place.commit());
    if (parcel.isPresent()) {
      streams.flush();
      epoch.add(parcel.get(), piece(chunked, ChunkMark.MORE));
    }
  }

  private boolean takes(RelationState state, int ordinal) {
    return !dropping
        && state.takes(place.lsn())
        && Integer.compareUnsigned(ordinal, skipBelow) >= 0;
  }

  private static boolean passes(RelationState.Binding to, Tuple wireRow) {
    return to.filter().isEmpty() || to.filter().get().test(wireRow);
  }

  private void tapped(RelationState.Binding to, Op op, Tuple row) {
    if (tap.watches(to.writer().schema().stream())) {
      tap.change(to.writer().schema(), op, place.xid(), row);
    }
  }

  /**
   * What is to be handed over now, if anything.
   *
   * @param now a monotonic clock's nanoseconds
   * @param idle whether the log has nothing more at the moment
   * @param sendIdle whether the send thread has nothing to do
   */
  @Nullable Parcel due(long now, boolean idle, boolean sendIdle) {
    if (inTransaction) {
      return !dropping && chunkBytes >= transactionBytes ? chunk() : null;
    }
    if (!open) {
      return null;
    }
    if (openedNanos == 0) {
      openedNanos = now;
    }
    long age = now - openedNanos;
    boolean full = epochBytes >= EPOCH_BYTES || age >= EPOCH_NANOS || chunkEnds;
    if (full || (idle && age >= IDLE_NANOS && sendIdle)) {
      return close();
    }
    return epoch.isEmpty() ? null : epoch.take(Optional.empty(), new LogContinues());
  }

  private Parcel close() {
    streams.flush();
    Optional<Epoch.Piece> piece = piece(chunkEnds, ChunkMark.LAST);
    open = false;
    chunkEnds = false;
    openedNanos = 0;
    epochBytes = 0;
    tap.changes().forEach(epoch::add);
    return epoch.take(piece, new LogAdvanced(last, Optional.empty()));
  }

  private @Nullable Parcel chunk() {
    chunkBytes = 0;
    if (Integer.compareUnsigned(place.nextOrdinal(), skipBelow) <= 0) {
      return null; // all of it is durable already
    }
    streams.flush();
    chunked = true;
    partial = new Partial(place.commit(), place.nextOrdinal());
    open = false;
    openedNanos = 0;
    epochBytes = 0;
    tap.changes().forEach(epoch::add);
    return epoch.take(piece(true, ChunkMark.MORE), new LogAdvanced(last, Optional.of(partial)));
  }

  private Optional<Epoch.Piece> piece(boolean inPieces, ChunkMark mark) {
    return inPieces ? Optional.of(new Epoch.Piece(place.commit(), mark)) : Optional.empty();
  }

  /**
   * Where progress may move to when nothing has happened: a keepalive's position, if nothing is
   * being decoded and no transaction is in pieces.
   *
   * @param serverEnd everything that commits before it has been sent
   */
  Optional<LogAdvanced> heartbeat(Lsn serverEnd) {
    if (inTransaction || open || partial != null || !serverEnd.isAfter(last.end())) {
      return Optional.empty();
    }
    last = new Mark(last.commit(), serverEnd);
    return Optional.of(new LogAdvanced(last, Optional.empty()));
  }
}
