package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.batch.Slices;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.wasm.Delivery.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/**
 * For a module that cannot take back what it has sent: what is taken stays. A refused batch is sent
 * again in halves, each under a key of its own, and whatever went through is not sent again.
 */
final class InPlace extends Deliverer {
  InPlace(Session session, Place place, BufferAllocator allocator) {
    super(session, place, allocator);
  }

  @Override
  boolean stopsAtRefusals() {
    return false;
  }

  @Override
  List<RefusedRow> deliver(Item.Rows rows) {
    List<RefusedRow> refused = new ArrayList<>();
    for (Item.Piece piece : rows.pieces()) {
      long offset = rows.offset();
      int row = delivered().nextOpen(offset, piece.from());
      while (row < piece.to()) {
        int end = delivered().nextDone(offset, row, piece.to());
        Halving halving = new Halving((from, to) -> send(piece, from, to));
        halving.of(row, end);
        halving
            .refused()
            .forEach(
                (at, error) ->
                    refused.add(new RefusedRow(piece.firstInGroup() + at - piece.from(), error)));
        row = delivered().nextOpen(offset, end);
      }
    }
    return refused;
  }

  /** What is sent cannot be taken back: nothing is tried, and {@link #deliver} finds the rows. */
  @Override
  List<RefusedRow> rehearse(Item.Rows rows) {
    return List.of();
  }

  private Delivery.Result send(Item.Piece piece, int from, int to) {
    try (Slices slices = new Slices()) {
      List<Delivery.Part> part = List.of(part(slices, piece.batch(), from, to));
      Delivery.Result result = send(piece.batch(), part, Optional.empty(), Ending.COMMIT);
      if (result instanceof Delivery.Result.Through) {
        delivered().add(piece.batch().offset(), from, to);
      }
      return result;
    }
  }
}
