package io.rapidbyte.schemas.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * A change batch for readers: its facts checked once, its columns by their meaning. A view; it owns
 * nothing and lives as long as its root.
 */
public final class BatchView {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final VectorSchemaRoot root;
  private final String stream;
  private final int version;
  private final List<String> key;
  private final List<FieldVector> data;
  private final int[] keyIndexes;
  private final TinyIntVector op;
  private final UInt8Vector lsn;
  private final UInt4Vector ordinal;
  private final UInt4Vector xid;
  private final TimeStampMicroTZVector ts;
  private final ListVector unchanged;
  private final StructVector before;

  /**
   * Looks at a batch.
   *
   * @throws RapidbyteException {@code data/undecodable-batch} where the root lacks what every batch
   *     has
   */
  public BatchView(VectorSchemaRoot root) {
    this.root = root;
    stream = metadata(root, BatchColumns.META_STREAM);
    version = version(root);
    key = key(root);
    data =
        root.getFieldVectors().stream()
            .filter(v -> !v.getName().startsWith(BatchColumns.PREFIX))
            .toList();
    keyIndexes = key.stream().mapToInt(this::dataIndex).toArray();
    op = column(root, BatchColumns.OP, TinyIntVector.class);
    lsn = column(root, BatchColumns.LSN, UInt8Vector.class);
    ordinal = column(root, BatchColumns.ORDINAL, UInt4Vector.class);
    xid = column(root, BatchColumns.XID, UInt4Vector.class);
    ts = column(root, BatchColumns.TS, TimeStampMicroTZVector.class);
    unchanged = column(root, BatchColumns.UNCHANGED, ListVector.class);
    before = column(root, BatchColumns.BEFORE, StructVector.class);
    if (!(unchanged.getDataVector() instanceof UInt2Vector)) {
      throw ArrowIpc.undecodable("its _rb_unchanged does not list column numbers");
    }
  }

  /** The batch itself. */
  public VectorSchemaRoot root() {
    return root;
  }

  /** {@code schema.table}. */
  public String stream() {
    return stream;
  }

  /** The stream schema's version. */
  public int version() {
    return version;
  }

  /** How many rows there are. */
  public int rows() {
    return root.getRowCount();
  }

  /** Names of the key columns, in key order; empty where the stream has no key. */
  public List<String> key() {
    return key;
  }

  /** Where the key columns are among {@link #data}, in key order. */
  public int[] keyIndexes() {
    return keyIndexes.clone();
  }

  /** The data columns. */
  public List<FieldVector> data() {
    return data;
  }

  /** The index of a data column, or -1. */
  public int indexOf(String name) {
    for (int i = 0; i < data.size(); i++) {
      if (data.get(i).getName().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** What happened to a row. */
  public Op op(int row) {
    byte code = op.isNull(row) ? 0 : op.get(row);
    try {
      return Op.of(code);
    } catch (IllegalArgumentException e) {
      throw ArrowIpc.undecodable("its _rb_op holds " + code, e);
    }
  }

  /** Where a row's change stands in the log. */
  public Position position(int row) {
    return new Position(new Lsn(lsn.get(row)), ordinal.get(row));
  }

  /** {@code _rb_op}. */
  public TinyIntVector ops() {
    return op;
  }

  /** {@code _rb_lsn}. */
  public UInt8Vector lsns() {
    return lsn;
  }

  /** {@code _rb_ordinal}. */
  public UInt4Vector ordinals() {
    return ordinal;
  }

  /** {@code _rb_xid}. */
  public UInt4Vector xids() {
    return xid;
  }

  /** {@code _rb_ts}. */
  public TimeStampMicroTZVector timestamps() {
    return ts;
  }

  /** {@code _rb_unchanged}. */
  public ListVector unchanged() {
    return unchanged;
  }

  /** {@code _rb_before}. */
  public StructVector before() {
    return before;
  }

  /** Whether a row lacks values because they did not change. */
  public boolean hasUnchanged(int row) {
    return !unchanged.isNull(row)
        && unchanged.getElementEndIndex(row) > unchanged.getElementStartIndex(row);
  }

  /** Indexes of the data columns whose values did not change and are not in the row. */
  public BitSet unchanged(int row) {
    BitSet indexes = new BitSet();
    if (!unchanged.isNull(row)) {
      UInt2Vector numbers = (UInt2Vector) unchanged.getDataVector();
      for (int i = unchanged.getElementStartIndex(row);
          i < unchanged.getElementEndIndex(row);
          i++) {
        indexes.set(numbers.get(i));
      }
    }
    return indexes;
  }

  private int dataIndex(String name) {
    int index = indexOf(name);
    if (index < 0) {
      throw ArrowIpc.undecodable("its key column " + name + " is not in it");
    }
    return index;
  }

  private static String metadata(VectorSchemaRoot root, String name) {
    var metadata = root.getSchema().getCustomMetadata();
    String value = metadata == null ? null : metadata.get(name);
    if (value == null) {
      throw ArrowIpc.undecodable("its schema has no " + name);
    }
    return value;
  }

  private static int version(VectorSchemaRoot root) {
    String text = metadata(root, BatchColumns.META_VERSION);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw ArrowIpc.undecodable("its rb.version is not a number");
    }
  }

  private static List<String> key(VectorSchemaRoot root) {
    try {
      JsonNode names = JSON.readTree(metadata(root, BatchColumns.META_KEY));
      List<String> key = new ArrayList<>();
      if (!names.isArray()) {
        throw ArrowIpc.undecodable("its rb.key is not a list");
      }
      names.forEach(name -> key.add(name.asText()));
      return List.copyOf(key);
    } catch (JsonProcessingException e) {
      throw ArrowIpc.undecodable("its rb.key is not JSON");
    }
  }

  private static <V extends FieldVector> V column(
      VectorSchemaRoot root, String name, Class<V> type) {
    FieldVector vector = root.getVector(name);
    if (!type.isInstance(vector)) {
      throw ArrowIpc.undecodable("it has no column " + name + " of the right type");
    }
    return type.cast(vector);
  }
}
