package io.rapidbyte.ingest.replicate;

import io.rapidbyte.schemas.position.Lsn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What stands around a message of the log.
 *
 * <p>Source: PostgreSQL manual, "Streaming Replication Protocol": XLogData and keepalive.
 */
public final class WireFrame {
  /** Where the message begins in XLogData. */
  public static final int HEADER = 25;

  private static final int SERVER_END = 9;
  private static final int KEEPALIVE_END = 1;
  private static final int KEEPALIVE_REPLY = 17;
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private WireFrame() {}

  /** Whether a message of the log is in it; else it is a keepalive. */
  public static boolean isLog(byte[] frame) {
    return switch (frame[0]) {
      case 'w' -> true;
      case 'k' -> false;
      default -> throw new IllegalStateException("a replication message of kind " + frame[0]);
    };
  }

  /** Bits of the LSN where the server's log ended when XLogData was sent. */
  public static long serverEnd(byte[] log) {
    return (long) INT64.get(log, SERVER_END);
  }

  /** Everything that commits before it has been sent. */
  public static Lsn keepaliveEnd(byte[] keepalive) {
    return new Lsn((long) INT64.get(keepalive, KEEPALIVE_END));
  }

  /** Whether the server waits for a status update. */
  public static boolean asksReply(byte[] keepalive) {
    return keepalive[KEEPALIVE_REPLY] != 0;
  }
}
