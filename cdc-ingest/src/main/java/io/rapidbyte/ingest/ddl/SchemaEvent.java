package io.rapidbyte.ingest.ddl;

import io.rapidbyte.ingest.catalog.ToldType;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;

/**
 * What the source tells of one DDL statement: how things are right behind it.
 *
 * @param tag the command, such as {@code ALTER TABLE}
 * @param publications whether a publication was changed
 * @param gone tables that are there no more
 * @param tables tables that were made or may have changed; a root stands for its partitions
 * @param types those below the tables' columns that are not built in
 * @param attached partitions that came with rows
 * @param rewritten tables whose rows are being written anew; told before what they are then
 */
public record SchemaEvent(
    String tag,
    boolean publications,
    List<Gone> gone,
    List<Table> tables,
    List<ToldType> types,
    List<Attached> attached,
    List<Rewritten> rewritten) {
  public SchemaEvent {
    gone = List.copyOf(gone);
    tables = List.copyOf(tables);
    types = List.copyOf(types);
    attached = List.copyOf(attached);
    rewritten = List.copyOf(rewritten);
  }

  /** A partition that has rows and became part of the table {@code root}. */
  public record Attached(int root, TableName partition) {}

  /**
   * A table, or the root of a partition, of which a column is written anew.
   *
   * @param plain whether the statement certainly names no expression for the values
   */
  public record Rewritten(int oid, boolean plain) {}

  /** A table that was dropped. */
  public record Gone(TableName name, int oid) {}

  /**
   * A table.
   *
   * @param identity as declared
   * @param columns in the table's order
   * @param indexes of the primary key and of the replica identity
   */
  public record Table(
      TableName name,
      int oid,
      ReplicaIdentity identity,
      List<TableColumn> columns,
      List<Index> indexes) {
    public Table {
      columns = List.copyOf(columns);
      indexes = List.copyOf(indexes);
    }
  }

  /**
   * A column.
   *
   * @param generated {@code pg_attribute.attgenerated}; blank for an ordinary column
   * @param filled whether rows that exist when it is added get a value
   */
  public record TableColumn(
      String name,
      int number,
      ToldType.Reference type,
      boolean nullable,
      char generated,
      boolean filled) {}

  /** An index that identifies rows. */
  public record Index(boolean primary, boolean chosen, boolean immediate, List<String> columns) {
    public Index {
      columns = List.copyOf(columns);
    }
  }
}
