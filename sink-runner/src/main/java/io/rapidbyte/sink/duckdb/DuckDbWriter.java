package io.rapidbyte.sink.duckdb;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.spec.WriteMode;
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
import io.rapidbyte.sink.destination.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** One stream's transactions, on a connection of its own. */
final class DuckDbWriter implements StreamWriter {
  private final Connection connection;
  private final TargetTable table;
  private final Bookkeeping bookkeeping;
  private final TableCatalog catalog;
  private final DuckDbErrors errors;
  private final BufferAllocator allocator;
  private @Nullable TableShape known;

  DuckDbWriter(
      Connection connection,
      TargetTable table,
      Bookkeeping bookkeeping,
      TableCatalog catalog,
      DuckDbErrors errors,
      BufferAllocator allocator) {
    this.connection = connection;
    this.table = table;
    this.bookkeeping = bookkeeping;
    this.catalog = catalog;
    this.errors = errors;
    this.allocator = allocator;
  }

  @Override
  public Claim claim(PartitionId partition) {
    return within(
        "claim " + partition,
        () -> bookkeeping.claim(connection, partition, table.name(), table.target().stream()));
  }

  @Override
  public Applied apply(Group group) {
    return transaction(group, true);
  }

  @Override
  public Applied rehearse(Group group) {
    return transaction(group, false);
  }

  private Applied transaction(Group group, boolean forGood) {
    String what = "write " + table.name();
    boolean committing = false;
    try {
      for (Step step : group.steps()) {
        reconcile(shapeOf(step));
      }
      if (forGood && !bookkeeping.advance(connection, group)) {
        connection.rollback();
        return new Applied.Fenced();
      }
      List<RefusedRow> refused = applySteps(group);
      if (!refused.isEmpty()) {
        connection.rollback();
        return new Applied.Refused(refused);
      }
      if (!forGood) {
        connection.rollback();
        return new Applied.Committed();
      }
      bookkeeping.outbox().record(connection, group.partition(), group.undelivered());
      Failpoint.hit("sink.apply");
      committing = true;
      connection.commit();
      return new Applied.Committed();
    } catch (SQLException e) {
      rollBack();
      throw committing ? errors.commitFailure(what, e) : errors.failure(what, e);
    } catch (RuntimeException e) {
      rollBack();
      throw e;
    }
  }

  /** Ends with the first step that refuses rows: those behind it may lack what it did not put. */
  private List<RefusedRow> applySteps(Group group) throws SQLException {
    int firstRow = 0;
    int partition = group.partition().partition();
    for (Step step : group.steps()) {
      switch (step) {
        case Step.Rows rows -> {
          List<RefusedRow> refused = applyRows(rows, partition, firstRow);
          if (!refused.isEmpty()) {
            return refused;
          }
          firstRow += rows.rowCount();
        }
        case Step.SchemaChange change -> {}
        case Step.Truncate truncate ->
            statements().execute(RemovalSql.truncate(table, truncate, partition));
        case Step.SnapshotEnd end -> endSnapshot(group.partition(), end.generation());
      }
    }
    return List.of();
  }

  private List<RefusedRow> applyRows(Step.Rows rows, int partition, int firstRow)
      throws SQLException {
    TableShape shape = rows.shape();
    try (Stage _ = Stage.of(connection, allocator, rows.batches())) {
      if (table.isAppend()) {
        statements().execute(AppendSql.insert(table, shape, partition));
        return List.of();
      }
      Upsert upsert = new Upsert(statements(), new UpsertSql(table, shape));
      return upsert.apply(rows.batches(), partition).stream()
          .map(row -> RefusedRow.missingBase(firstRow + row, table.target().stream()))
          .toList();
    }
  }

  private void endSnapshot(PartitionId partition, int generation) throws SQLException {
    int ended = bookkeeping.endGeneration(connection, partition, generation);
    String sql = RemovalSql.olderGenerations(table, generation, ended, partition.partition());
    statements().execute(sql);
  }

  private static TableShape shapeOf(Step step) {
    return switch (step) {
      case Step.Rows rows -> rows.shape();
      case Step.SchemaChange change -> change.shape();
      case Step.Truncate truncate -> truncate.shape();
      case Step.SnapshotEnd end -> end.shape();
    };
  }

  private void reconcile(TableShape shape) throws SQLException {
    if (shape.equals(known)) {
      return;
    }
    if (table.target().mode() == WriteMode.UPSERT && shape.key().isEmpty()) {
      throw new RapidbyteException(
          ErrorInfo.permanent(
              Category.CONFIG,
              Scope.STREAM,
              "sink/no-key",
              table.name() + " has no key, and upsert needs one",
              "set mode: append for this stream, or name its key: in pipeline.yaml"));
    }
    if (catalog.reconcile(connection, bookkeeping.owners(), table, shape)) {
      Failpoint.hit("sink.ddl");
    }
    known = shape;
  }

  @Override
  public List<DeadLetter> outbox(PartitionId partition, int limit) {
    return within(
        "read the outbox of " + partition,
        () -> bookkeeping.outbox().read(connection, partition, limit));
  }

  @Override
  public void sent(PartitionId partition, Collection<String> ids) {
    within(
        "clear the outbox of " + partition,
        () -> {
          bookkeeping.outbox().remove(connection, partition, ids);
          return ids;
        });
  }

  @Override
  public boolean reseat(PartitionId partition, long fence, Seat seat) {
    known = null;
    return within(
        "reseat " + partition,
        () -> {
          boolean ours = bookkeeping.reseat(connection, partition, fence, seat);
          if (ours) {
            bookkeeping.owners().disown(connection, table.name(), table.target().stream());
          }
          return ours;
        });
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  private <T> T within(String what, Work<T> work) {
    try {
      T result = work.run();
      connection.commit();
      return result;
    } catch (SQLException e) {
      rollBack();
      throw errors.failure(what, e);
    }
  }

  private Statements statements() {
    return new Statements(connection);
  }

  private void rollBack() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // Nothing is open any more; the failure that brought us here is the one to tell.
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Uncommitted work is gone either way.
    }
  }
}
