package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.sink.bookkeeping.Bookkeeping;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.Seat;
import io.rapidbyte.sink.destination.Step;
import io.rapidbyte.sink.destination.StreamWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One stream's transactions, on a connection of its own.
 *
 * <p>A claim holds for the connection on which it was made: after a reconnect the server may be
 * another one that lacks the last commits, so {@link #apply} asks for a new claim first.
 */
final class PostgresWriter implements StreamWriter {
  private final Session session;
  private final SqlErrors errors;
  private final Bookkeeping bookkeeping;
  private final StepWriter steps;
  private final Worker worker;
  private final Set<PartitionId> claimed = new HashSet<>();
  private final DirectGate gate = new DirectGate();

  PostgresWriter(
      Session session, SqlErrors errors, Bookkeeping bookkeeping, StepWriter steps, String name) {
    this.session = session;
    this.errors = errors;
    this.bookkeeping = bookkeeping;
    this.steps = steps;
    this.worker = new Worker(name, session::abort, session::abortIfAbandoned);
  }

  /** Work on a connection. */
  private interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  @Override
  public Claim claim(PartitionId partition) {
    Claim claim = committed(connection -> steps.claim(connection, partition));
    claimed.add(partition);
    return claim;
  }

  @Override
  public Applied apply(Group group) {
    return onWorker(
        () -> {
          if (!session.isOpen() || !claimed.contains(group.partition())) {
            loseSession();
            throw new RapidbyteException(unclaimed(group.partition()));
          }
          return transaction(group, true);
        });
  }

  @Override
  public Applied rehearse(Group group) {
    return onWorker(() -> transaction(group, false));
  }

  @Override
  public List<DeadLetter> outbox(PartitionId partition, int limit) {
    return committed(connection -> bookkeeping.outbox().read(connection, partition, limit));
  }

  @Override
  public void sent(PartitionId partition, Collection<String> ids) {
    committed(
        connection -> {
          bookkeeping.outbox().remove(connection, partition, ids);
          return ids;
        });
  }

  @Override
  public boolean reseat(PartitionId partition, long fence, Seat seat) {
    return committed(
        connection -> {
          boolean ours = bookkeeping.reseat(connection, partition, fence, seat);
          if (ours) {
            steps.disown(connection);
          }
          return ours;
        });
  }

  /** Repeats a transaction with more effort where a unique index objects, then gives up. */
  private Applied transaction(Group group, boolean forGood) {
    Effort effort = gate.first();
    boolean lookedAgain = false;
    while (true) {
      try {
        Applied applied = attempt(group, effort, forGood);
        gate.applied();
        return applied;
      } catch (SQLException e) {
        RapidbyteException failure = undone(e);
        Optional<Effort> more = SqlErrors.isDuplicate(e) ? effort.next() : Optional.empty();
        boolean stale = failure.error().category() == Category.SCHEMA && steps.remembers();
        if (more.isPresent()) {
          gate.objected(effort);
          effort = more.get();
        } else if (stale && !lookedAgain) {
          lookedAgain = true;
          steps.forget();
        } else if (forGood && rows(group) > 1 && isRefusal(failure)) {
          return screened(group, failure);
        } else {
          throw failure;
        }
      } catch (RuntimeException e) {
        rollBack();
        throw e;
      }
    }
  }

  private static int rows(Group group) {
    return group.steps().stream()
        .mapToInt(step -> step instanceof Step.Rows rows ? rows.rowCount() : 0)
        .sum();
  }

  private static boolean isRefusal(RapidbyteException failure) {
    return failure.error().code().equals(SqlErrors.REFUSED);
  }

  /**
   * The rows that the table refuses, each asked for by itself. Where that does not tell, because
   * they are refused together or as text, the failure stands, and the host looks for them.
   */
  private Applied screened(Group group, RapidbyteException failure) {
    List<RefusedRow> refused;
    try {
      refused = steps.apply(session.connection(), group, Effort.SCREENED);
      rollBack();
    } catch (SQLException e) {
      failure.addSuppressed(undone(e));
      throw failure;
    }
    if (refused.isEmpty()) {
      throw failure;
    }
    return new Applied.Refused(refused);
  }

  private Applied attempt(Group group, Effort effort, boolean forGood) throws SQLException {
    Connection connection = session.connection();
    List<RefusedRow> refused = steps.apply(connection, group, effort);
    if (!refused.isEmpty()) {
      rollBack();
      return new Applied.Refused(refused);
    }
    if (!forGood) {
      run(connection, "SET CONSTRAINTS ALL IMMEDIATE");
      rollBack();
      return new Applied.Committed();
    }
    bookkeeping.outbox().record(connection, group.partition(), group.undelivered());
    if (!bookkeeping.advance(connection, group)) {
      rollBack();
      return new Applied.Fenced();
    }
    Failpoint.hit("sink.apply");
    commit(connection);
    return new Applied.Committed();
  }

  private void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
      steps.committed();
    } catch (SQLException e) {
      RapidbyteException failure = errors.ofCommit(e);
      if (failure.error().safeToRetry()) {
        throw e;
      }
      loseSession();
      throw failure;
    }
  }

  private <T> T committed(Work<T> work) {
    return onWorker(
        () -> {
          try {
            if (!session.isOpen()) {
              loseSession();
            }
            Connection connection = session.connection();
            T result = work.run(connection);
            commit(connection);
            return result;
          } catch (SQLException e) {
            throw undone(e);
          }
        });
  }

  private <T> T onWorker(java.util.concurrent.Callable<T> work) {
    try {
      return worker.call(work);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the writer's thread failed", e);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Undoes the transaction of a failed statement; a session that failed with it is given up. */
  private RapidbyteException undone(SQLException e) {
    rollBack();
    RapidbyteException failure = errors.of(e);
    if (failure.error().code().equals(SqlErrors.UNAVAILABLE)) {
      loseSession();
    }
    return failure;
  }

  /** Undoes the transaction; a session that cannot is given up, and the server undoes it. */
  private void rollBack() {
    steps.rolledBack();
    if (!session.rollBack()) {
      loseSession();
    }
  }

  private void loseSession() {
    session.abort();
    claimed.clear();
    steps.forget();
  }

  private static ErrorInfo unclaimed(PartitionId partition) {
    return ErrorInfo.passing(
        Category.TRANSIENT,
        Scope.STREAM,
        SqlErrors.UNAVAILABLE,
        "the connection on which " + partition + " was claimed is gone",
        Backoff.FAST);
  }

  @Override
  public void close() {
    worker.close();
    session.close();
  }
}
