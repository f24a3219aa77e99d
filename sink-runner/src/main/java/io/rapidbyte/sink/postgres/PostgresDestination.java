package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.sink.bookkeeping.Bookkeeping;
import io.rapidbyte.sink.bookkeeping.Dialect;
import io.rapidbyte.sink.bookkeeping.Layout;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.Guarantee;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A Postgres database (14 and later). Tables are ordinary ones, to be read and indexed by anybody;
 * bookkeeping is in schema {@code _rapidbyte}. Any number of processes may write it, each partition
 * by the one that claimed it last.
 */
public final class PostgresDestination implements Destination {
  /** Two processes that create the same at once would fail; any number does, ours is "rapidbyt". */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(8241990170441836916)";

  private final DestinationSpec.Kind.Postgres kind;
  private final Bookkeeping bookkeeping;
  private final SqlErrors errors;
  private final Sessions sessions;
  private final Schemas schemas;

  /**
   * A destination that is not yet open.
   *
   * @param pipeline the pipeline's name
   * @param name the destination's name in it
   */
  public PostgresDestination(String pipeline, String name, DestinationSpec.Kind.Postgres kind) {
    this.kind = kind;
    this.bookkeeping = new Bookkeeping(Dialect.POSTGRES, pipeline, name);
    this.errors = new SqlErrors(kind.address().display(), kind.address().user());
    this.sessions = new Sessions(kind.address(), "rapidbyte " + pipeline + " " + name);
    this.schemas = new Schemas(sessions);
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.EXACTLY_ONCE;
  }

  @Override
  public void open() {
    try (Connection connection = sessions.open()) {
      if (!Layout.isCurrent(connection, Dialect.POSTGRES)) {
        keepBooks(connection);
      }
      connection.commit();
    } catch (SQLException e) {
      throw errors.of(e);
    }
  }

  private static void keepBooks(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(LOCK);
    }
    Layout.upgradePostgres(connection);
    Layout.create(connection, Dialect.POSTGRES);
  }

  @Override
  public StreamWriter writer(StreamTarget target) {
    if (target.mode() != WriteMode.UPSERT && target.mode() != WriteMode.APPEND) {
      throw new RapidbyteException(unsupported(target));
    }
    String schema = kind.schema();
    TableName table =
        schema == null ? target.table() : new TableName(schema, target.table().table());
    TableWriter writer = new TableWriter(target, table, bookkeeping.owners(), schemas);
    return new PostgresWriter(
        new Session(sessions),
        errors,
        bookkeeping,
        new StepWriter(writer, bookkeeping, errors),
        "rb-" + bookkeeping.destination() + "-" + target.stream());
  }

  private ErrorInfo unsupported(StreamTarget target) {
    return ErrorInfo.permanent(
        Category.CONFIG,
        Scope.STREAM,
        "sink/mode-unsupported",
        "destination %s cannot write %s in mode %s yet"
            .formatted(bookkeeping.destination(), target.stream(), target.mode().label()),
        "set mode: upsert or mode: append");
  }

  @Override
  public void close() {
    // Each writer owns its connection.
  }
}
