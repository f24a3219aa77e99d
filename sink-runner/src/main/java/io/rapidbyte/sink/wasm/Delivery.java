package io.rapidbyte.sink.wasm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.sink.destination.TableShape;
import io.rapidbyte.wasm.BatchMeta;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What a module is to deliver, from {@code rb_begin} to {@code rb_commit}.
 *
 * @param key the same whenever the same rows come again
 * @param time commit time and {@code lsn} of the record's first change: those of the whole, also
 *     where this is a part of it
 * @param offset of the record; empty for a mark
 * @param token to be stored with the data; empty where the module is not asked to
 * @param ending what happens when all parts were taken
 */
record Delivery(
    String key,
    RecordKind kind,
    TableShape shape,
    int generation,
    Lsn lsn,
    Instant time,
    Optional<Long> offset,
    List<Part> parts,
    Optional<Token> token,
    Ending ending) {
  Delivery {
    parts = List.copyOf(parts);
  }

  /**
   * Rows of one call.
   *
   * @param firstRow their place among the record's rows
   */
  record Part(VectorSchemaRoot root, int firstRow) {
    int rows() {
      return root.getRowCount();
    }
  }

  /** What happens when all parts were taken. */
  enum Ending {
    /** It is to stay. */
    COMMIT,
    /** It is to stay unless a row was rejected. */
    COMMIT_WHOLE,
    /** It was a rehearsal. */
    ABORT
  }

  /** What became of it. */
  sealed interface Result {
    /**
     * It went through to its ending.
     *
     * @param stays whether it was committed
     * @param rejected rows that the module left out, by their place among the record's
     */
    record Through(boolean stays, List<Rejected> rejected) implements Result {
      public Through {
        rejected = List.copyOf(rejected);
      }
    }

    /** These rows together cannot be taken; nothing of them stays. */
    record Refused(io.rapidbyte.schemas.error.ErrorInfo error) implements Result {}
  }

  /** A row that is not taken, by its place among the record's. */
  record Rejected(int row, io.rapidbyte.schemas.error.ErrorInfo error) {}

  int rows() {
    return parts.stream().mapToInt(Part::rows).sum();
  }

  BatchMeta meta(String stream) {
    return new BatchMeta(stream, kind, rows(), lsn, time);
  }

  BatchMeta meta(String stream, Part part) {
    return new BatchMeta(stream, kind, part.rows(), lsn, time);
  }

  /** For {@code rb_begin}, {@code rb_commit} and {@code rb_abort}. */
  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("key", key);
    json.put("kind", kind.label());
    json.put("rows", rows());
    json.put("generation", generation);
    offset.ifPresent(at -> json.put("offset", at));
    token.ifPresent(given -> json.put("token", given.text()));
    return json.toString();
  }
}
