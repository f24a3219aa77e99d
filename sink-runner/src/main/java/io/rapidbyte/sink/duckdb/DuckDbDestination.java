package io.rapidbyte.sink.duckdb;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.sink.bookkeeping.Bookkeeping;
import io.rapidbyte.sink.bookkeeping.Dialect;
import io.rapidbyte.sink.bookkeeping.Layout;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.sink.destination.Guarantee;
import io.rapidbyte.sink.destination.Queryable;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A DuckDB file. DuckDB lets one process open it, so this process is its only member; {@link
 * #query} is the way to read it meanwhile.
 */
public final class DuckDbDestination implements Destination, Queryable {
  /** The default, 16 MB, costs most of the write speed. */
  private static final String CHECKPOINT_AFTER = "256MB";

  private final String pipeline;
  private final String name;
  private final Path path;
  private final BufferAllocator allocator;
  private final String checkpointAfter;
  private final DuckDbErrors errors;
  private final TableCatalog catalog = new TableCatalog();
  private volatile @Nullable DuckDBConnection owner;
  private volatile String database = "";

  /**
   * A destination that is not yet open.
   *
   * @param allocator for buffers on their way; the caller's
   */
  public DuckDbDestination(String pipeline, String name, Path path, BufferAllocator allocator) {
    this(pipeline, name, path, allocator, CHECKPOINT_AFTER);
  }

  /** The same, writing its log into the file whenever that has grown by so much. */
  DuckDbDestination(
      String pipeline, String name, Path path, BufferAllocator allocator, String checkpointAfter) {
    this.checkpointAfter = checkpointAfter;
    this.errors = new DuckDbErrors(path);
    this.pipeline = pipeline;
    this.name = name;
    this.path = path;
    this.allocator = allocator;
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.EXACTLY_ONCE;
  }

  @Override
  public boolean worksHere() {
    return true;
  }

  @Override
  public Optional<ErrorInfo> fault() {
    return errors.fault();
  }

  @Override
  public void open() {
    try {
      Properties settings = new Properties();
      settings.setProperty("wal_autocheckpoint", checkpointAfter);
      Connection connection =
          DriverManager.getConnection("jdbc:duckdb:" + path.toAbsolutePath(), settings);
      owner = connection.unwrap(DuckDBConnection.class);
      database = currentDatabase(connection);
      errors.opened();
      keepBooks(connection);
    } catch (SQLException e) {
      close();
      throw errors.cannotOpen(e);
    }
  }

  private static String currentDatabase(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_database()")) {
      row.next();
      return row.getString(1);
    }
  }

  private void keepBooks(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    Dialect dialect = Dialect.duckDb(database);
    Layout.create(connection, dialect);
    Layout.upgradeDuckDb(connection, dialect);
    connection.commit();
    connection.setAutoCommit(true);
  }

  private Bookkeeping bookkeeping() {
    return new Bookkeeping(Dialect.duckDb(database), pipeline, name);
  }

  @Override
  public StreamWriter writer(StreamTarget target) {
    switch (target.mode()) {
      case UPSERT, APPEND -> {}
      case HISTORY, SOFT_DELETE ->
          throw new RapidbyteException(
              ErrorInfo.permanent(
                  Category.CONFIG,
                  Scope.STREAM,
                  "sink/mode-unsupported",
                  "destination "
                      + name
                      + " cannot write "
                      + target.stream()
                      + " in mode "
                      + target.mode().label()
                      + " yet",
                  "set mode: upsert or mode: append"));
    }
    try {
      Connection connection = connection();
      connection.setAutoCommit(false);
      TargetTable table = new TargetTable(database, target);
      return new DuckDbWriter(connection, table, bookkeeping(), catalog, errors, allocator);
    } catch (SQLException e) {
      throw errors.failure("connect to " + path, e);
    }
  }

  /** Another connection to the same database. */
  private Connection connection() throws SQLException {
    DuckDBConnection open = owner;
    if (open == null) {
      throw new IllegalStateException(path + " is not open");
    }
    return open.duplicate();
  }

  @Override
  public Result query(String sql, int maxRows, Duration timeout) {
    try (Connection connection = connection()) {
      return new ReadOnlyQuery(connection).run(sql, maxRows, timeout);
    } catch (SQLException e) {
      throw DuckDbErrors.queryFailure(e);
    }
  }

  @Override
  public void close() {
    DuckDBConnection open = owner;
    owner = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // What was committed is in the log beside the file; the next opening replays it.
      }
    }
  }
}
