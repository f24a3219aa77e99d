package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.Op;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.batch.Slices;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.TableShape;
import io.rapidbyte.sink.wasm.Delivery.Ending;
import io.rapidbyte.sink.wasm.Delivery.Part;
import io.rapidbyte.sink.wasm.Delivery.Result;
import io.rapidbyte.wasm.module.DeliveryGuarantee;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Brings a group's items to a module, in their order, each record a delivery with a key of its own.
 * How a refusal is met depends on what the module promises: see {@link InPlace} and {@link Whole}.
 */
abstract sealed class Deliverer permits InPlace, Whole {
  private final Session session;
  private final Delivered delivered;
  private final PartitionId partition;
  private final String keyPrefix;
  private final BufferAllocator allocator;

  /**
   * What it delivers, and what was delivered of it.
   *
   * @param name pipeline and destination
   */
  record Place(Delivered delivered, PartitionId partition, String name) {
    String keyPrefix() {
      return name + "/" + partition.topicId() + "/" + partition.partition() + "/";
    }
  }

  Deliverer(Session session, Place place, BufferAllocator allocator) {
    this.session = session;
    this.delivered = place.delivered();
    this.partition = place.partition();
    this.keyPrefix = place.keyPrefix();
    this.allocator = allocator;
  }

  /** For a module that promises so much. */
  static Deliverer of(
      DeliveryGuarantee guarantee, Session session, Place place, BufferAllocator allocator) {
    return guarantee == DeliveryGuarantee.EXACTLY_ONCE
        ? new Whole(session, place, allocator)
        : new InPlace(session, place, allocator);
  }

  /**
   * Delivers what was not delivered yet.
   *
   * @return rows that are not taken, by their number in the group; the rest was delivered, or waits
   *     for the group to come again without them
   * @throws RapidbyteException where it may go through later, or not before somebody mends it
   */
  final List<RefusedRow> deliver(List<Item> items) {
    List<RefusedRow> refused = new ArrayList<>();
    for (Item item : items) {
      switch (item) {
        case Item.Columns(TableShape shape) -> session.prepare(shape);
        case Item.Mark mark -> deliver(mark);
        case Item.Rows rows -> refused.addAll(deliver(rows));
      }
      if (!refused.isEmpty() && stopsAtRefusals()) {
        return refused;
      }
    }
    return refused;
  }

  /** Delivers what is left of a record; rows that are not taken. */
  abstract List<RefusedRow> deliver(Item.Rows rows);

  /** Whether what lies behind a refused row waits until the group comes again without it. */
  abstract boolean stopsAtRefusals();

  /**
   * Tries items and takes them back, where the module can; the first that is refused by all of its
   * rows together is a failure.
   */
  final List<RefusedRow> rehearse(List<Item> items) {
    List<RefusedRow> refused = new ArrayList<>();
    for (Item item : items) {
      if (item instanceof Item.Rows rows) {
        refused.addAll(rehearse(rows));
      }
    }
    return refused;
  }

  /** Tries what is left of a record. */
  abstract List<RefusedRow> rehearse(Item.Rows rows);

  private void deliver(Item.Mark mark) {
    if (delivered.has(mark.name())) {
      return;
    }
    List<Field> fields = new ArrayList<>(mark.shape().columns());
    fields.add(BatchColumns.OP_FIELD);
    fields.add(BatchColumns.UNCHANGED_FIELD);
    try (VectorSchemaRoot none = VectorSchemaRoot.create(new Schema(fields), allocator)) {
      none.allocateNew();
      none.setRowCount(0);
      Delivery delivery =
          new Delivery(
              keyPrefix + mark.name(),
              mark.kind(),
              mark.shape(),
              mark.generation(),
              Lsn.ZERO,
              Instant.EPOCH,
              Optional.empty(),
              List.of(new Part(none, 0)),
              Optional.empty(),
              Ending.COMMIT);
      if (session.deliver(delivery) instanceof Result.Refused(var error)) {
        throw new RapidbyteException(error.ofStream());
      }
    }
    delivered.add(mark.name());
  }

  final Delivered delivered() {
    return delivered;
  }

  final PartitionId partition() {
    return partition;
  }

  /** Delivers parts of a record. */
  final Result send(Batch whole, List<Part> parts, Optional<Token> token, Ending ending) {
    BatchView view = new BatchView(whole.root());
    RecordKind kind = view.op(0) == Op.SNAPSHOT ? RecordKind.SNAPSHOT : RecordKind.CHANGE;
    Part last = parts.getLast();
    String rows = parts.getFirst().firstRow() + "-" + (last.firstRow() + last.rows() - 1);
    return session.deliver(
        new Delivery(
            keyPrefix + whole.offset() + "/" + rows,
            kind,
            TableShape.of(whole.root().getSchema()),
            whole.generation(),
            view.position(0).lsn(),
            Instant.EPOCH.plus(view.timestamps().get(0), ChronoUnit.MICROS),
            Optional.of(whole.offset()),
            parts,
            token,
            ending));
  }

  /** Rows {@code from} to before {@code to} of a record, which lie in this batch of it. */
  static Part part(Slices slices, Batch batch, int from, int to) {
    int first = batch.firstRow();
    return new Part(slices.of(batch.root(), from - first, to - first), from);
  }
}
