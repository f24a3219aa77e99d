package io.rapidbyte.processor.stream;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordHeaders.ChunkMark;
import io.rapidbyte.schemas.batch.Slices;
import io.rapidbyte.schemas.position.Position;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Batches as records below the limit: a batch that is too large becomes several of fewer rows, a
 * row that is too large several parts.
 *
 * @param recordBytes the most that a record's value may have
 */
record Cutter(int recordBytes) {
  /** A record's headers and value. */
  @SuppressWarnings("ArrayRecordComponent") // bytes that are carried, never compared
  record Piece(RecordHeaders headers, byte[] value) {}

  /**
   * The records of a batch, in order.
   *
   * @param source the headers of the record that the batch was made of
   */
  List<Piece> cut(RecordHeaders source, int version, VectorSchemaRoot root) {
    List<Piece> pieces = new ArrayList<>();
    try (Slices slices = new Slices()) {
      cut(source, version, root, slices, pieces);
    }
    return pieces;
  }

  private void cut(
      RecordHeaders source, int version, VectorSchemaRoot root, Slices slices, List<Piece> out) {
    byte[] value = ArrowIpc.write(root);
    int rows = root.getRowCount();
    if (value.length > recordBytes && rows > 1) {
      RecordHeaders first =
          source.transaction() == null ? source : source.withTransaction(ChunkMark.MORE);
      cut(first, version, slices.of(root, 0, rows / 2), slices, out);
      cut(source, version, slices.of(root, rows / 2, rows), slices, out);
      return;
    }
    headers(source, version, root)
        .forEachPart(value, recordBytes, (headers, piece) -> out.add(new Piece(headers, piece)));
  }

  private static RecordHeaders headers(RecordHeaders source, int version, VectorSchemaRoot root) {
    int rows = root.getRowCount();
    Position first = source.first();
    Position last = source.last();
    if (rows > 0) {
      BatchView view = new BatchView(root);
      first = view.position(0);
      last = view.position(rows - 1);
    }
    return new RecordHeaders(
        source.kind(),
        first,
        last,
        rows,
        version,
        source.generation(),
        source.range(),
        source.destination(),
        source.transaction(),
        null);
  }
}
