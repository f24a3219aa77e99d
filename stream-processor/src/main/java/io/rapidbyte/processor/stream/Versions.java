package io.rapidbyte.processor.stream;

import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.stream.ProcessedDocument;
import io.rapidbyte.schemas.stream.ProcessedDocument.ProcessedColumn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Numbers the schemas behind the transforms: as the source's where that number is free or means the
 * same, else the next in steps of {@link #STEP}. So whoever knows the same documents gives the same
 * numbers, and other transforms make another version of the same source's.
 */
final class Versions {
  private static final int STEP = 1_000_000;

  private final StreamPart part;
  private final Map<Integer, ProcessedDocument> known = new HashMap<>();

  Versions(StreamPart part) {
    this.part = part;
    part.known().forEach(each -> known.put(each.version(), each));
  }

  /** The document of a shape, and whether it has to be told. */
  record Numbered(ProcessedDocument document, boolean isNew) {}

  Numbered of(int source, Shape shape) {
    for (int version = source; ; version += STEP) {
      ProcessedDocument document = document(version, source, shape);
      ProcessedDocument other = known.putIfAbsent(version, document);
      if (other == null) {
        return new Numbered(document, true);
      } else if (other.sameShape(document) && other.topic().equals(document.topic())) {
        return new Numbered(other, false);
      }
    }
  }

  private ProcessedDocument document(int version, int source, Shape shape) {
    List<ProcessedColumn> columns =
        shape.items().stream()
            .map(item -> new ProcessedColumn(item.field().getName(), type(item.field())))
            .toList();
    return new ProcessedDocument(
        part.table(), version, source, part.processed(), part.topic(), shape.key(), columns);
  }

  private static String type(Field field) {
    String type = field.getMetadata().getOrDefault(BatchColumns.META_PG_TYPE, "");
    String typmod = field.getMetadata().getOrDefault(BatchColumns.META_PG_TYPMOD, "-1");
    return (type.isEmpty() ? field.getType().toString() : type)
        + (typmod.equals("-1") ? "" : "(" + typmod + ")");
  }
}
