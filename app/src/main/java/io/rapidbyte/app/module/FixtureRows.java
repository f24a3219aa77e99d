package io.rapidbyte.app.module;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchLayout;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Rows of JSON into a batch. */
final class FixtureRows {
  private static final Instant BEGINNING = Instant.parse("2000-01-01T00:00:00Z");
  private static final long FIRST_LSN = 16;

  private final Path file;
  private final StreamSchema schema;

  FixtureRows(Path file, StreamSchema schema) {
    this.file = file;
    this.schema = schema;
  }

  VectorSchemaRoot read(JsonNode rows, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(BatchLayout.of(schema), allocator);
    try {
      root.allocateNew();
      Writing writing = new Writing(root);
      int row = 0;
      for (JsonNode each : rows) {
        writing.row(row++, each);
      }
      root.setRowCount(row);
      return root;
    } catch (RuntimeException | Error e) {
      root.close();
      throw e;
    }
  }

  private RapidbyteException refused(int row, String what, String mend) {
    return Fixture.refused(file, "row " + (row + 1) + ": " + what, mend);
  }

  /** One batch while it is filled. */
  private final class Writing {
    private final VectorSchemaRoot root;
    private final List<ColumnWriter> data = new ArrayList<>();
    private final List<Column> beforeColumns = new ArrayList<>();
    private final List<ColumnWriter> before = new ArrayList<>();
    private final StructVector beforeVector;

    Writing(VectorSchemaRoot root) {
      this.root = root;
      beforeVector = (StructVector) root.getVector(BatchColumns.BEFORE);
      List<FieldVector> old = beforeVector.getChildrenFromFields();
      for (int i = 0; i < schema.columns().size(); i++) {
        data.add(ColumnWriters.of(schema.columns().get(i), root.getVector(i)));
      }
      for (int index : BatchLayout.beforeColumns(schema)) {
        Column column = schema.columns().get(index);
        before.add(ColumnWriters.of(column, old.get(before.size())));
        beforeColumns.add(column);
      }
    }

    void row(int row, JsonNode values) {
      for (Map.Entry<String, JsonNode> each : values.properties()) {
        if (!each.getKey().startsWith(BatchColumns.PREFIX)) {
          int index = schema.indexOf(each.getKey());
          if (index < 0) {
            throw refused(row, "no column " + each.getKey(), "name it in \"columns\"");
          }
          write(data.get(index), row, schema.columns().get(index), each.getValue());
        }
      }
      JsonNode old = values.path(BatchColumns.BEFORE);
      if (old.isObject()) {
        beforeVector.setIndexDefined(row);
        for (int i = 0; i < before.size(); i++) {
          write(before.get(i), row, beforeColumns.get(i), old.path(beforeColumns.get(i).name()));
        }
      }
      unchanged(row, values.path(BatchColumns.UNCHANGED));
      own(row, values);
    }

    private void write(ColumnWriter writer, int row, Column column, JsonNode value) {
      if (value.isNull() || value.isMissingNode()) {
        return;
      }
      byte[] text = Fixture.text(value, column.type());
      try {
        writer.text(row, text, 0, text.length);
      } catch (RapidbyteException e) {
        throw refused(row, "column " + column.name() + ": " + e.error().message(), e.error().fix());
      }
    }

    private void unchanged(int row, JsonNode names) {
      if (names.isEmpty()) {
        return;
      }
      ListVector lists = (ListVector) root.getVector(BatchColumns.UNCHANGED);
      UInt2Vector items = (UInt2Vector) lists.getDataVector();
      int at = lists.startNewValue(row);
      int count = 0;
      for (JsonNode name : names) {
        int index = schema.indexOf(name.asText());
        if (index < 0) {
          throw refused(row, "no column " + name + " to be unchanged", "name it in \"columns\"");
        }
        items.setSafe(at + count++, index);
      }
      lists.endValue(row, count);
    }

    private void own(int row, JsonNode values) {
      String op = values.path(BatchColumns.OP).asText("c");
      if (op.length() != 1 || "rcud".indexOf(op.charAt(0)) < 0) {
        throw refused(row, "no _rb_op " + op, "c inserts, u updates, d deletes, r is a copied row");
      }
      ((TinyIntVector) root.getVector(BatchColumns.OP))
          .setSafe(row, Op.of((byte) op.charAt(0)).code());
      try {
        JsonNode lsn = values.path(BatchColumns.LSN);
        ((UInt8Vector) root.getVector(BatchColumns.LSN))
            .setSafe(row, lsn.isTextual() ? Lsn.parse(lsn.asText()).bits() : FIRST_LSN);
        ((TimeStampMicroTZVector) root.getVector(BatchColumns.TS))
            .setSafe(row, micros(values.path(BatchColumns.TS)));
      } catch (IllegalArgumentException | DateTimeException e) {
        throw refused(
            row, "" + e.getMessage(), "_rb_lsn is like 0/10, _rb_ts like 2026-01-01T00:00:00Z");
      }
      ((UInt4Vector) root.getVector(BatchColumns.ORDINAL))
          .setSafe(row, values.path(BatchColumns.ORDINAL).asInt(row));
      ((UInt4Vector) root.getVector(BatchColumns.XID))
          .setSafe(row, values.path(BatchColumns.XID).asInt(1));
    }

    private long micros(JsonNode time) {
      Instant at = time.isTextual() ? OffsetDateTime.parse(time.asText()).toInstant() : BEGINNING;
      return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }
  }
}
