package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.sink.bookkeeping.Owner;
import io.rapidbyte.sink.bookkeeping.Owners;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a stream's table ready for what comes: creates it, adds columns, keeps the stage. All of it
 * in the caller's transaction; what it remembers holds only if that commits, see {@link #committed}
 * and {@link #rolledBack}. One thread at a time.
 */
final class TableWriter {
  private final StreamTarget target;
  private final TableName table;
  private final Owners owners;
  private final Schemas schemas;
  private @Nullable TableState now;
  private boolean stageUsed;
  private @Nullable TableState durable;

  TableWriter(StreamTarget target, TableName table, Owners owners, Schemas schemas) {
    this.target = target;
    this.schemas = schemas;
    this.table = table;
    this.owners = owners;
  }

  /** The table. */
  TableName name() {
    return table;
  }

  /** The stream that writes it. */
  String stream() {
    return target.stream();
  }

  /** The transaction is durable. */
  void committed() {
    durable = now;
    stageUsed = false;
  }

  /** The transaction is undone. */
  void rolledBack() {
    now = durable;
    stageUsed = false;
  }

  /** Nothing is known any more: another session, or a table that somebody changed. */
  void forget() {
    now = null;
    durable = null;
  }

  /** The table is looked at again with its next use, also if nothing seems to have changed. */
  void lookAgain() {
    now = null;
  }

  /** Whether the table was looked at before and may have changed since. */
  boolean remembers() {
    return durable != null;
  }

  /**
   * The table, ready for rows of a shape.
   *
   * @throws RapidbyteException where it cannot be made so
   */
  TableState ready(Connection connection, TableShape shape) throws SQLException {
    TableState known = now;
    if (known != null && known.serves(shape)) {
      return known;
    }
    if (target.mode() == WriteMode.UPSERT && shape.key().isEmpty()) {
      throw new RapidbyteException(keyless());
    }
    TableState ready = new TableState(shape, prepare(connection, wanted(shape)));
    now = ready;
    return ready;
  }

  private TableSql wanted(TableShape shape) {
    List<TargetColumn> columns = shape.columns().stream().map(TargetColumn::of).toList();
    return new TableSql(table, target.mode(), columns, shape.key(), target.partitions() > 1);
  }

  private TableSql prepare(Connection connection, TableSql asked) throws SQLException {
    run(connection, asked.createWanted());
    TableSql wanted = withTypes(asked, Catalog.wantedTypes(connection));
    stageUsed = false;
    run(connection, TableSql.DROP_WANTED + ";" + TableSql.DROP_STAGE + ";" + wanted.createStage());
    Owner us = owners.ours(target.stream());
    Optional<Owner> owner = owners.find(connection, table);
    if (owner.isPresent() && !owner.get().equals(us)) {
      throw new RapidbyteException(taken(owner.get()));
    }
    Optional<Catalog.Existing> existing = Catalog.find(connection, table);
    return switch (TablePlan.of(wanted, existing, owner.isPresent())) {
      case TablePlan.Create() -> create(connection, wanted, us);
      case TablePlan.Use use -> use(connection, wanted, us, use);
      case TablePlan.Refuse(ErrorInfo error) -> throw new RapidbyteException(error);
    };
  }

  private TableSql create(Connection connection, TableSql wanted, Owner us) throws SQLException {
    if (!Catalog.hasSchema(connection, table.schema())) {
      schemas.ensure(table.schema());
    }
    own(connection, us);
    run(connection, wanted.create());
    Failpoint.hit("sink.ddl");
    return wanted;
  }

  private TableSql use(Connection connection, TableSql wanted, Owner us, TablePlan.Use use)
      throws SQLException {
    own(connection, us);
    for (TargetColumn column : use.added()) {
      run(connection, wanted.addColumn(column));
      Failpoint.hit("sink.ddl");
    }
    return new TableSql(
        wanted.table(), wanted.mode(), use.data(), wanted.key(), wanted.partitioned());
  }

  /** Waits for another member that is about to do the same. */
  private void own(Connection connection, Owner us) throws SQLException {
    if (!owners.own(connection, table, us.stream())) {
      Owner owner = owners.find(connection, table).orElse(us);
      if (!owner.equals(us)) {
        throw new RapidbyteException(taken(owner));
      }
    }
  }

  /** As the catalog prints types, so that they can be compared with a table's. */
  private static TableSql withTypes(TableSql asked, Map<String, String> types) {
    List<TargetColumn> data = new ArrayList<>();
    for (TargetColumn column : asked.data()) {
      String wanted = types.getOrDefault(column.name(), column.wanted());
      String sent = column.isExact() ? wanted : column.sent();
      data.add(new TargetColumn(column.name(), sent, wanted, wanted));
    }
    return new TableSql(asked.table(), asked.mode(), data, asked.key(), asked.partitioned());
  }

  private ErrorInfo taken(Owner owner) {
    return ErrorInfo.permanent(
        Category.CONFIG,
        Scope.STREAM,
        TablePlan.TABLE_TAKEN,
        "table %s is written by stream %s of pipeline %s (destination %s)"
            .formatted(table, owner.stream(), owner.pipeline(), owner.destination()),
        "give this destination another schema (destinations.%s.postgres.schema); if that pipeline is gone: %s"
            .formatted(owners.destination(), Owners.release(table)));
  }

  private ErrorInfo keyless() {
    return ErrorInfo.permanent(
        Category.CONFIG,
        Scope.STREAM,
        "sink/no-key",
        table + " has no key, and upsert needs one",
        "set mode: append for this stream, or name its key: in pipeline.yaml");
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      if (SqlErrors.isDuplicate(e) || "42P07".equals(e.getSQLState())) {
        throw new RapidbyteException(raced(), e);
      }
      throw e;
    }
  }

  private static ErrorInfo raced() {
    return ErrorInfo.passing(
        Category.TRANSIENT,
        Scope.STREAM,
        SqlErrors.CONTENDED,
        "another member creates the same table",
        Backoff.FAST);
  }

  /**
   * Hands out the stage, empty. It empties itself between transactions; TRUNCATE, which costs more
   * than a small group, is for further steps of the same one.
   */
  void takeStage(Connection connection) throws SQLException {
    if (stageUsed) {
      run(connection, TableSql.EMPTY_STAGE);
    }
    stageUsed = true;
  }

  /** Gives the table up, so that it may be created anew. */
  void disown(Connection connection) throws SQLException {
    owners.disown(connection, table, target.stream());
    now = null;
  }
}
