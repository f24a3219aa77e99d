package io.rapidbyte.ingest.batch;

import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;

/**
 * Where in the log the change at hand stands, and how large its message is. Mutable, so that
 * nothing is allocated for a row; owned by the decode thread.
 */
public final class RowPlace {
  private long lsn;
  private int xid;
  private long micros;
  private int ordinal;
  private int messageBytes;

  /** A transaction begins at ordinal 0. */
  public void begin(Lsn commit, int transactionId, long commitMicros) {
    lsn = commit.bits();
    xid = transactionId;
    micros = commitMicros;
    ordinal = 0;
  }

  /** Takes {@code count} ordinals for the change at hand; the first of them. */
  public int take(int count) {
    int first = ordinal;
    ordinal += count;
    return first;
  }

  /** The next change's ordinal. */
  public int nextOrdinal() {
    return ordinal;
  }

  /** Tells how many bytes the change's message has. */
  public void messageBytes(int bytes) {
    messageBytes = bytes;
  }

  int messageBytes() {
    return messageBytes;
  }

  /** The commit's LSN as one unsigned number. */
  public long lsn() {
    return lsn;
  }

  /** The transaction's id. */
  public int xid() {
    return xid;
  }

  /** The commit's time, µs since 1970. */
  public long micros() {
    return micros;
  }

  /** The commit's LSN. */
  public Lsn commit() {
    return new Lsn(lsn);
  }

  /** The place of an ordinal in this transaction. */
  public Position at(int which) {
    return new Position(new Lsn(lsn), which);
  }
}
