package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.sink.books.Page;
import io.rapidbyte.sink.destination.Batch;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.TableShape;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.PlacedModule;
import io.rapidbyte.wasm.StateStore;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.http.WatchedDoor;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A module as a destination of one stream, without Kafka: batches become deliveries as they would
 * in a pipeline, and nothing is remembered. For one thread.
 */
public final class DeliveryTrial implements AutoCloseable {
  private static final PartitionId PARTITION = new PartitionId("test", 0, "test", "test");

  private final Session session;
  private final Deliverer deliverer;
  private long next;
  private boolean resumed;

  /**
   * A trial that has not begun.
   *
   * @param table whose batches it gets
   * @param door where its requests go
   */
  public DeliveryTrial(
      GuestRuntime runtime,
      PlacedModule module,
      TableName table,
      HttpDoor door,
      GuestObserver observer,
      BufferAllocator allocator) {
    StreamTarget target = new StreamTarget(table, WriteMode.UPSERT, 1);
    WatchedDoor watch = new WatchedDoor(door);
    Freshness freshness = new Freshness(observer);
    this.session =
        new Session(
            runtime.guest(module.setup(target.stream(), StateStore.NONE, watch), freshness),
            watch,
            freshness,
            target);
    this.deliverer =
        Deliverer.of(
            module.module().manifest().guarantee(),
            session,
            new Deliverer.Place(new Delivered(), PARTITION, "test"),
            allocator);
  }

  /**
   * Delivers a batch as the next record.
   *
   * @param root a batch as it stands in a topic; stays the caller's
   * @return rows that are not taken
   * @throws io.rapidbyte.schemas.error.RapidbyteException where a pipeline would wait or stop
   */
  public List<RefusedRow> deliver(VectorSchemaRoot root) {
    if (!resumed) {
      session.resume(Page.first(PARTITION).fenced());
      resumed = true;
    }
    Batch batch = new Batch(root, 1, next++, 0);
    Item shape = new Item.Columns(TableShape.of(root.getSchema()));
    Item rows = new Item.Rows(List.of(new Item.Piece(batch, 0)));
    return deliverer.deliver(List.of(shape, rows));
  }

  @Override
  public void close() {
    session.close();
  }
}
