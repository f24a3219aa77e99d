package io.rapidbyte.sink.duckdb;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.sink.destination.Batch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Batches as one Arrow stream for DuckDB, without copying their buffers. Data columns are called
 * {@code c0, c1, …}, so that no source name meets DuckDB's case-insensitive ones; {@code seq}
 * counts the rows, {@code gen} is their generation.
 */
final class StageReader extends ArrowReader {
  static final String SEQ = "seq";
  static final String GENERATION = "gen";
  private static final ArrowType INT = new ArrowType.Int(32, true);

  private final List<Batch> batches;
  private final Iterator<Batch> rest;
  private final Schema schema;
  private int rows;

  StageReader(BufferAllocator allocator, List<Batch> batches) {
    super(allocator);
    this.batches = batches;
    this.rest = batches.iterator();
    this.schema = renamed(batches.getFirst().root().getSchema());
  }

  /** The name of data column {@code index} in the stream. */
  static String column(int index) {
    return "c" + index;
  }

  private static Schema renamed(Schema source) {
    List<Field> fields = new ArrayList<>();
    for (Field field : source.getFields()) {
      boolean ours = field.getName().startsWith(BatchColumns.PREFIX);
      fields.add(ours ? field : named(field, column(fields.size())));
    }
    fields.add(new Field(SEQ, FieldType.nullable(INT), List.of()));
    fields.add(new Field(GENERATION, FieldType.nullable(INT), List.of()));
    return new Schema(fields);
  }

  private static Field named(Field field, String name) {
    FieldType type =
        new FieldType(true, field.getType(), field.getDictionary(), extensionOf(field));
    return new Field(name, type, field.getChildren());
  }

  private static Map<String, String> extensionOf(Field field) {
    String extension = DuckDbTypes.extension(field);
    return extension.isEmpty() || field.getType() instanceof ArrowType.ExtensionType
        ? Map.of()
        : Map.of("ARROW:extension:name", extension, "ARROW:extension:metadata", "");
  }

  @Override
  public boolean loadNextBatch() {
    try {
      prepareLoadNextBatch();
    } catch (java.io.IOException e) {
      throw new AssertionError("batches in memory cannot fail to be read", e);
    }
    if (!rest.hasNext()) {
      return false;
    }
    Batch batch = rest.next();
    int count = batch.rowCount();
    List<FieldVector> copies = new ArrayList<>();
    try (IntVector seq = new IntVector(SEQ, allocator);
        IntVector generation = new IntVector(GENERATION, allocator)) {
      fill(seq, count, rows, 1);
      fill(generation, count, batch.generation(), 0);
      rows += count;
      List<FieldVector> vectors = new ArrayList<>();
      for (FieldVector vector : batch.root().getFieldVectors()) {
        Optional<FieldVector> translated = Infinity.translated(vector, allocator);
        translated.ifPresent(copies::add);
        vectors.add(translated.orElse(vector));
      }
      vectors.add(seq);
      vectors.add(generation);
      VectorSchemaRoot view = new VectorSchemaRoot(schema.getFields(), vectors, count);
      try (ArrowRecordBatch record = new VectorUnloader(view).getRecordBatch()) {
        loadRecordBatch(record);
      }
    } finally {
      copies.forEach(FieldVector::close);
    }
    return true;
  }

  private static void fill(IntVector vector, int count, int first, int step) {
    vector.allocateNew(count);
    int value = first;
    for (int i = 0; i < count; i++) {
      vector.set(i, value);
      value += step;
    }
    vector.setValueCount(count);
  }

  @Override
  public long bytesRead() {
    return 0;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return schema;
  }

  @Override
  public String toString() {
    return "stage of " + batches.size() + " batches";
  }
}
