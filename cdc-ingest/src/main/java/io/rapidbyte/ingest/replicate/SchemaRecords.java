package io.rapidbyte.ingest.replicate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.SchemaDocument;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.ArrowTypes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Schema versions, and the records that announce them. */
public final class SchemaRecords {
  private SchemaRecords() {}

  /**
   * The schema that holds where a session begins: the newest known. A catalog that shows another
   * shape may be ahead of the log, so the log decides when it begins.
   */
  public static StreamSchema effective(StreamSchema catalog, @Nullable StreamSchema known) {
    return known == null ? catalog : known;
  }

  /** The schema where a log begins that has nothing to do with what came before: the catalog's. */
  public static StreamSchema anew(StreamSchema catalog, @Nullable StreamSchema known) {
    if (known == null || catalog.sameShape(known)) {
      return effective(catalog, known);
    }
    return new StreamSchema(
        catalog.table(), known.version() + 1, catalog.columns(), catalog.key(), catalog.identity());
  }

  /** A schema version as a record of the schemas topic. */
  public static OutRecord document(
      String schemasTopic, StreamSchema schema, String topic, Lsn from) {
    SchemaDocument document = new SchemaDocument(schema, topic, from);
    return new OutRecord(
        "", schemasTopic, 0, document.key().getBytes(UTF_8), document.toJson(), List.of(), 0);
  }

  /** A column whose values must come as text, if there is one. */
  public static Optional<String> textColumn(StreamSchema schema) {
    return schema.columns().stream()
        .filter(column -> !ArrowTypes.decodesBinary(column.type()))
        .map(Column::name)
        .findFirst();
  }
}
