package io.rapidbyte.ingest.debezium;

import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.MessageDecoder;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.rapidbyte.ingest.decode.PgOutputDecoder;
import io.rapidbyte.ingest.decode.Relation;
import io.rapidbyte.ingest.replicate.WireFrame;
import io.rapidbyte.schemas.stream.TableName;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;

/**
 * What Debezium takes for its replication stream. It is given the messages that it needs for the
 * rows of the pipeline's tables: nothing is skipped, nothing searched for, whatever its own
 * bookkeeping of positions says. When a frame is handed over, Debezium has enqueued all that it
 * makes of it.
 *
 * <p>The position that Debezium is told is the number of the frame within the session, by which its
 * events are known again. It goes nowhere else: Debezium confirms nothing.
 */
final class FedStream implements ReplicationStream {
  private static final long PARK_NANOS = 500_000;
  private static final int RELATION_AT = WireFrame.HEADER + 1;

  private final Feed feed;
  private final MessageDecoder debezium;
  private final TypeRegistry types;
  private final PgOutputDecoder decoder = new PgOutputDecoder();
  private final Set<Integer> ours = new HashSet<>();
  private volatile Lsn number = Lsn.valueOf(1L);

  FedStream(Feed feed, MessageDecoder debezium, TypeRegistry types) {
    this.feed = feed;
    this.debezium = debezium;
    this.types = types;
  }

  /**
   * Between the two threads.
   *
   * @param log where frames come from
   * @param tables whose rows Debezium is to decode
   */
  record Feed(
      io.rapidbyte.ingest.replicate.ReplicationStream log,
      Set<TableName> tables,
      HandOver handOver) {}

  @Override
  public boolean readPending(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    byte[] frame = feed.handOver().isClosed() ? null : feed.log().poll();
    if (frame == null) {
      LockSupport.parkNanos(PARK_NANOS);
      return false;
    }
    boolean rows = false;
    if (WireFrame.isLog(frame) && isForDebezium(frame)) {
      rows = isRow(frame);
      number = Lsn.valueOf(number.asLong() + 1);
      int length = frame.length - WireFrame.HEADER;
      debezium.processMessage(
          ByteBuffer.wrap(frame, WireFrame.HEADER, length).slice(), processor, types);
    }
    feed.handOver().put(new HandOver.Fed(frame, rows ? number.asLong() : 0));
    return true;
  }

  /** Other tables, and what is not about rows, are between us and the log. */
  private boolean isForDebezium(byte[] frame) {
    return switch (frame[WireFrame.HEADER]) {
      case 'B', 'C' -> true;
      case 'I', 'U', 'D' -> ours.contains(ByteBuffer.wrap(frame).getInt(RELATION_AT));
      case 'R' -> announce(decoder.relation(frame, WireFrame.HEADER));
      default -> false;
    };
  }

  private boolean announce(Relation relation) {
    if (feed.tables().contains(relation.table())) {
      ours.add(relation.oid());
      return true;
    }
    ours.remove(relation.oid());
    return false;
  }

  private static boolean isRow(byte[] frame) {
    byte kind = frame[WireFrame.HEADER];
    return kind == 'I' || kind == 'U' || kind == 'D';
  }

  @Override
  public Lsn lastReceivedLsn() {
    return number;
  }

  @Override
  public Lsn startLsn() {
    return number;
  }

  @Override
  public void read(ReplicationMessageProcessor processor) {
    throw new UnsupportedOperationException("Debezium polls");
  }

  /** Confirming is ours. */
  @Override
  public void flushLsn(Lsn lsn) {}

  /** So is keeping the session alive. */
  @Override
  public void startKeepAlive(ExecutorService service) {
    service.shutdown();
  }

  @Override
  public void stopKeepAlive() {}

  @Override
  public void close() {}
}
