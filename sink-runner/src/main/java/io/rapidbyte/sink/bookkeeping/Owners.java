package io.rapidbyte.sink.bookkeeping;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Which table is whose. A table that somebody owns and that is not there was dropped.
 *
 * @param pipeline whose bookkeeping
 * @param destination its name in the pipeline
 */
public record Owners(Dialect dialect, String pipeline, String destination) {
  private static final String TABLE = "table_schema = ? AND table_name = ?";

  /** How the owner of {@code stream}'s table is written down. */
  public Owner ours(String stream) {
    return new Owner(pipeline, destination, stream);
  }

  /** Whose a table is. */
  public Optional<Owner> find(Connection connection, TableName table) throws SQLException {
    String sql = "SELECT pipeline, destination, stream FROM " + dialect.owner() + " WHERE " + TABLE;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, table.schema());
      select.setString(2, table.table());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(new Owner(row.getString(1), row.getString(2), row.getString(3)))
            : Optional.empty();
      }
    }
  }

  /**
   * Takes the table for the stream; false where it is somebody's already. Where tables have keys,
   * it waits for another member that is about to do the same.
   */
  public boolean own(Connection connection, TableName table, String stream) throws SQLException {
    String sql =
        "INSERT INTO "
            + dialect.owner()
            + " (table_schema, table_name, pipeline, destination, stream)"
            + " SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM "
            + dialect.owner()
            + " WHERE "
            + TABLE
            + ")"
            + (dialect.keyed() ? " ON CONFLICT DO NOTHING" : "");
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, table.schema());
      insert.setString(2, table.table());
      insert.setString(3, pipeline);
      insert.setString(4, destination);
      insert.setString(5, stream);
      insert.setString(6, table.schema());
      insert.setString(7, table.table());
      return insert.executeUpdate() == 1;
    }
  }

  /** Gives the stream's table up, so that it may be created anew. */
  public void disown(Connection connection, TableName table, String stream) throws SQLException {
    String sql =
        "DELETE FROM "
            + dialect.owner()
            + " WHERE "
            + TABLE
            + " AND stream = ? AND pipeline = ? AND destination = ?";
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setString(1, table.schema());
      delete.setString(2, table.table());
      delete.setString(3, stream);
      delete.setString(4, pipeline);
      delete.setString(5, destination);
      delete.executeUpdate();
    }
  }

  /** The statement by which a table becomes nobody's. */
  public static String release(TableName table) {
    return "DELETE FROM _rapidbyte.owner WHERE table_schema = '%s' AND table_name = '%s'"
        .formatted(table.schema().replace("'", "''"), table.table().replace("'", "''"));
  }

  /** What is wrong where a table is ours and not there. */
  public static ErrorInfo dropped(TableName table) {
    return ErrorInfo.permanent(
        Category.SCHEMA,
        Scope.STREAM,
        Codes.SINK_RESYNC_REQUIRED,
        "table " + table + " was dropped in the destination, and its rows with it",
        "rapidbyte resync " + table + ", which creates it anew");
  }
}
