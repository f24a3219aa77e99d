package io.rapidbyte.processor.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.processor.ProcessObserver;
import io.rapidbyte.processor.rows.Chain;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchView;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordHeaders.ChunkMark;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.dead.LetterJson.Place;
import io.rapidbyte.schemas.dead.LetterJson.Refused;
import io.rapidbyte.schemas.dead.RowKey;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.schemas.spec.LimitSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition through the stream's transforms. On the stream's thread; what it
 * forwards, stores and has read is one Kafka transaction.
 */
final class BatchProcessor implements Processor<byte[], byte[], byte[], Out> {
  /** How the range of rows that a resync of single keys brings begins. */
  private static final String KEY_RANGE = "k";

  private final StreamPart part;
  private final Transforms transforms;
  private final BufferAllocator allocator;
  private final ProcessObserver observer;
  private final Letters letters;
  private final Cutter cutter;
  private final Versions versions;
  private final Duration patience;
  private @Nullable Task task;
  private @Nullable Bound bound;

  /** What belongs to one partition's task. */
  private record Task(
      ProcessorContext<byte[], Out> context,
      PartStore parts,
      StoredKeys stale,
      List<Transform> chain) {}

  /** The chain for the rows of one schema. */
  private record Bound(Schema schema, Chain chain, int version) implements AutoCloseable {
    @Override
    public void close() {
      chain.close();
    }
  }

  BatchProcessor(
      StreamPart part, Transforms transforms, BufferAllocator allocator, ProcessObserver observer) {
    this.part = part;
    this.transforms = transforms;
    this.allocator = allocator;
    this.observer = observer;
    this.letters = new Letters(part);
    LimitSpec limits = part.pipeline().limits();
    this.cutter = new Cutter(limits.recordBytes());
    this.versions = new Versions(part);
    this.patience = StreamSettings.patience(part);
  }

  @Override
  public void init(ProcessorContext<byte[], Out> context) {
    task =
        new Task(
            context,
            new PartStore(context.getStateStore(Stores.PARTS)),
            new StoredKeys(context.getStateStore(Stores.STALE)),
            transforms.of(context));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Task at = running();
    Place place = place(at);
    byte[] piece = record.value() == null ? new byte[0] : record.value();
    RecordHeaders headers;
    try {
      headers = RecordHeaders.parse(name -> header(record, name));
    } catch (IllegalArgumentException e) {
      garbage(at, record, piece, RecordHeaders.notOurs(e), place);
      return;
    }
    Optional<byte[]> value =
        headers.part() == null ? Optional.of(piece) : at.parts().add(headers.part(), piece);
    if (value.isPresent()) {
      whole(at, record, headers, value.get(), place);
    }
    Failpoint.hit("xf.processed");
  }

  private Task running() {
    if (task == null) {
      throw new IllegalStateException("a record before init");
    }
    return task;
  }

  private static Place place(Task at) {
    RecordMetadata metadata = at.context().recordMetadata().orElseThrow();
    return new Place(metadata.topic(), metadata.partition(), metadata.offset());
  }

  private static byte @Nullable [] header(Record<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : header.value();
  }

  private void whole(
      Task at, Record<byte[], byte[]> record, RecordHeaders headers, byte[] value, Place place) {
    VectorSchemaRoot read;
    BatchView view;
    try {
      read = ArrowIpc.read(value, allocator, part.pipeline().limits().maxRowBytes() * 4);
    } catch (RapidbyteException e) {
      if (e.error().retryable()) {
        throw e;
      }
      garbage(at, record, value, e.error(), place);
      return;
    }
    try (VectorSchemaRoot root = read) {
      view = new BatchView(root);
      switch (headers.kind()) {
        case CHANGE, SNAPSHOT, REPLAY -> rows(at, record, headers, view, place);
        case SCHEMA, TRUNCATE, SNAPSHOT_END -> mark(at, record, headers, view, place);
      }
    }
  }

  private void mark(
      Task at, Record<byte[], byte[]> record, RecordHeaders headers, BatchView view, Place place) {
    if (headers.kind() == RecordKind.TRUNCATE) {
      at.stale().clear();
    }
    if (headers.kind() == RecordKind.SCHEMA && RecordHeaders.BEGIN.equals(headers.range())) {
      at.chain().forEach(Transform::renew);
    }
    Bound to = bound(at, record, view);
    try (Chain.Outcome outcome = to.chain().run(view, to.version(), false, at.stale())) {
      send(at, record, headers, to, outcome.batches().getFirst(), place.partition());
    }
  }

  private void rows(
      Task at, Record<byte[], byte[]> record, RecordHeaders headers, BatchView view, Place place) {
    Bound to = bound(at, record, view);
    boolean repair = headers.range() != null && headers.range().startsWith(KEY_RANGE);
    long end = System.nanoTime() + patience.toNanos();
    try (Chain.Outcome outcome =
        to.chain().run(view, to.version(), repair, at.stale(), () -> System.nanoTime() - end > 0)) {
      for (Chain.Batch batch : outcome.batches()) {
        // An empty record says nothing, but that a chunked transaction is whole.
        if (batch.root().getRowCount() > 0
            || (batch.route().equals(Transform.Emission.MAIN)
                && headers.transaction() == ChunkMark.LAST)) {
          send(at, record, headers, to, batch, place.partition());
        }
      }
      RowKey keys = new RowKey(view);
      outcome
          .refused()
          .forEach(
              (row, error) ->
                  refuse(
                      at,
                      record,
                      new Refused(headers, view.root(), row, keys.of(row), error),
                      view,
                      place));
      int made =
          outcome.batches().stream()
              .filter(each -> each.route().equals(Transform.Emission.MAIN))
              .mapToInt(each -> each.root().getRowCount())
              .sum();
      observer.processed(part.stream(), view.rows(), made);
    }
  }

  private void send(
      Task at,
      Record<byte[], byte[]> record,
      RecordHeaders headers,
      Bound to,
      Chain.Batch batch,
      int partition) {
    boolean main = batch.route().equals(Transform.Emission.MAIN);
    String topic = main ? part.processed() : transforms.route(part, batch.route());
    for (Cutter.Piece piece : cutter.cut(headers, to.version(), batch.root())) {
      var out = new org.apache.kafka.common.header.internals.RecordHeaders();
      piece.headers().forEach(out::add);
      transforms
          .digest()
          .ifPresent(digest -> out.add(RecordHeaders.MODULE, digest.getBytes(UTF_8)));
      at.context()
          .forward(
              new Record<>(
                  record.key(), new Out(topic, partition, piece.value()), record.timestamp(), out));
    }
  }

  private void refuse(
      Task at, Record<byte[], byte[]> record, Refused refused, BatchView view, Place place) {
    ErrorInfo error = refused.error();
    var position = view.position(refused.row());
    switch (part.pipeline().policies().onDataError()) {
      case FAIL -> throw new RapidbyteException(error.with("position", position.toString()));
      case SKIP -> observer.rejected(part.stream(), error, false);
      case DLQ -> {
        Failpoint.hit("xf.dlq");
        at.context().forward(letters.of(refused, position, place, record.timestamp()));
        observer.rejected(part.stream(), error, true);
      }
    }
  }

  private void garbage(
      Task at, Record<byte[], byte[]> record, byte[] value, ErrorInfo error, Place place) {
    switch (part.pipeline().policies().onDataError()) {
      case FAIL ->
          throw new RapidbyteException(error.with("offset", Long.toString(place.offset())));
      case SKIP -> observer.rejected(part.stream(), error, false);
      case DLQ -> {
        at.context().forward(letters.of(value, error, place, record.timestamp()));
        observer.rejected(part.stream(), error, true);
      }
    }
  }

  /** The chain for a batch's columns; the schema behind it is told with the first batch. */
  private Bound bound(Task at, Record<byte[], byte[]> record, BatchView view) {
    Bound current = bound;
    if (current != null && current.schema().equals(view.root().getSchema())) {
      return current;
    }
    release();
    Chain chain = new Chain(Shape.of(view), at.chain(), allocator);
    Versions.Numbered numbered = versions.of(view.version(), chain.output());
    Bound fresh = new Bound(view.root().getSchema(), chain, numbered.document().version());
    bound = fresh;
    if (numbered.isNew()) {
      String topic = part.pipeline().topics().processedSchemas();
      at.context()
          .forward(
              new Record<>(
                  numbered.document().recordKey().getBytes(UTF_8),
                  new Out(topic, 0, numbered.document().toJson()),
                  record.timestamp()));
      observer.shaped(part.stream(), part.processed(), numbered.document().version());
    }
    return fresh;
  }

  private void release() {
    if (bound != null) {
      bound.close();
      bound = null;
    }
  }

  @Override
  public void close() {
    release();
  }
}
