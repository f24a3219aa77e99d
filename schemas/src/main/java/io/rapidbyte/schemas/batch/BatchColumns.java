package io.rapidbyte.schemas.batch;

import java.util.List;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * The columns that Rapidbyte adds behind a stream's own, in this order. Names that start with
 * {@link #PREFIX} are refused in a source table.
 */
public final class BatchColumns {
  public static final String PREFIX = "_rb_";
  public static final String OP = "_rb_op";
  public static final String LSN = "_rb_lsn";
  public static final String ORDINAL = "_rb_ordinal";
  public static final String XID = "_rb_xid";
  public static final String TS = "_rb_ts";
  public static final String UNCHANGED = "_rb_unchanged";
  public static final String BEFORE = "_rb_before";

  /** UInt16, only where a transform may make several rows of one: which of them a row is. */
  public static final String SUB = "_rb_sub";

  /** Keys of the schema's metadata. */
  public static final String META_STREAM = "rb.stream";

  /** The key columns' names, as a JSON array. */
  public static final String META_KEY = "rb.key";

  public static final String META_VERSION = "rb.version";

  /** Keys of a data field's metadata. */
  public static final String META_PG_TYPE = "pg.type";

  public static final String META_PG_TYPMOD = "pg.typmod";

  /** {@code true} or {@code false}: whether the source's column allows NULL. */
  public static final String META_PG_NULLABLE = "pg.nullable";

  /** {@code pg_attribute.attnum}. */
  public static final String META_PG_ATTNUM = "pg.attnum";

  /** Int8: the letter of {@link Op}. */
  public static final Field OP_FIELD = field(OP, new ArrowType.Int(8, true));

  /** UInt64: the commit's LSN. */
  public static final Field LSN_FIELD = field(LSN, new ArrowType.Int(64, false));

  /** UInt32: the change's number within its transaction. */
  public static final Field ORDINAL_FIELD = field(ORDINAL, new ArrowType.Int(32, false));

  /** UInt32: the transaction's id. */
  public static final Field XID_FIELD = field(XID, new ArrowType.Int(32, false));

  /** Timestamp, µs, UTC: the commit's time. */
  public static final Field TS_FIELD =
      field(TS, new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"));

  /**
   * List of UInt16, nullable: indexes of the data columns whose large value did not change and is
   * not in this row. Never to be read as NULL.
   */
  public static final Field UNCHANGED_FIELD =
      new Field(
          UNCHANGED,
          FieldType.nullable(new ArrowType.List()),
          List.of(field("item", new ArrowType.Int(16, false))));

  /** UInt16: which of the rows that a transform made of one change. */
  public static final Field SUB_FIELD = field(SUB, new ArrowType.Int(16, false));

  private BatchColumns() {}

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.nullable(type), null);
  }

  /**
   * The old row or the old key: a nullable struct of {@code oldColumns}, which are all data columns
   * under REPLICA IDENTITY FULL and the key's otherwise.
   */
  public static Field before(List<Field> oldColumns) {
    return new Field(BEFORE, FieldType.nullable(new ArrowType.Struct()), oldColumns);
  }
}
