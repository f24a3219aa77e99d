package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.batch.Slices;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.wasm.Delivery.Ending;
import io.rapidbyte.sink.wasm.Delivery.Part;
import io.rapidbyte.sink.wasm.Delivery.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/**
 * For a module that stores data and token in one transaction: a record is delivered as a whole, or
 * nothing of it. Rows that it does not take are found by rehearsals, which it takes back.
 */
final class Whole extends Deliverer {
  private static final String ALL = "all";

  Whole(Session session, Place place, BufferAllocator allocator) {
    super(session, place, allocator);
  }

  @Override
  boolean stopsAtRefusals() {
    return true;
  }

  @Override
  List<RefusedRow> deliver(Item.Rows rows) {
    String done = rows.offset() + "/" + ALL;
    if (delivered().has(done)) {
      return List.of();
    }
    List<Part> parts = new ArrayList<>();
    rows.pieces().forEach(piece -> parts.add(new Part(piece.batch().root(), piece.from())));
    Token token = Token.of(partition(), rows.offset() + 1);
    Batch first = rows.pieces().getFirst().batch();
    List<RefusedRow> refused =
        switch (send(first, parts, Optional.of(token), Ending.COMMIT_WHOLE)) {
          case Result.Through(boolean stays, List<Delivery.Rejected> rejected) ->
              rejected.stream()
                  .map(each -> new RefusedRow(inGroup(rows, each.row()), each.error()))
                  .toList();
          case Result.Refused(ErrorInfo error) -> rehearse(rows, token, error);
        };
    if (refused.isEmpty()) {
      delivered().add(done);
    }
    return refused;
  }

  @Override
  List<RefusedRow> rehearse(Item.Rows rows) {
    List<RefusedRow> refused = new ArrayList<>();
    for (Item.Piece piece : rows.pieces()) {
      switch (rehearse(piece.batch(), piece.from(), piece.to())) {
        case Result.Through(boolean stays, List<Delivery.Rejected> rejected) ->
            rejected.forEach(
                each -> refused.add(new RefusedRow(inGroup(rows, each.row()), each.error())));
        case Result.Refused(ErrorInfo error) -> throw new RapidbyteException(error);
      }
    }
    return refused;
  }

  /** What is too large as a whole is written in the parts that went through. */
  private List<RefusedRow> rehearse(Item.Rows rows, Token token, ErrorInfo refusal) {
    List<RefusedRow> refused = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    try (Slices slices = new Slices()) {
      for (Item.Piece piece : rows.pieces()) {
        Halving halving = new Halving((from, to) -> rehearse(piece.batch(), from, to));
        halving.of(piece.from(), piece.to());
        halving
            .refused()
            .forEach((row, error) -> refused.add(new RefusedRow(inGroup(rows, row), error)));
        halving
            .taken()
            .forEach(range -> parts.add(part(slices, piece.batch(), range.from(), range.to())));
      }
      if (!refused.isEmpty()) {
        return refused;
      }
      Batch first = rows.pieces().getFirst().batch();
      Result result = send(first, parts, Optional.of(token), Ending.COMMIT);
      if (result instanceof Result.Refused) {
        throw new RapidbyteException(refusal.ofStream());
      }
      return List.of();
    }
  }

  private Result rehearse(Batch batch, int from, int to) {
    try (Slices slices = new Slices()) {
      List<Part> part = List.of(part(slices, batch, from, to));
      return send(batch, part, Optional.empty(), Ending.ABORT);
    }
  }

  private static int inGroup(Item.Rows rows, int row) {
    for (Item.Piece piece : rows.pieces()) {
      if (row >= piece.from() && row < piece.to()) {
        return piece.firstInGroup() + row - piece.from();
      }
    }
    throw new IllegalArgumentException("no piece has row " + row);
  }
}
