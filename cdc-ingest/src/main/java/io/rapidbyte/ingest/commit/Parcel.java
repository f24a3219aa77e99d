package io.rapidbyte.ingest.commit;

import java.util.List;

/**
 * A unit of work for the send thread: records, and what is true of progress once they are durable.
 * The send thread puts whole parcels into Kafka transactions, in the order in which it got them;
 * records and change of one parcel are always in the same Kafka transaction.
 */
public record Parcel(List<OutRecord> records, List<ProgressChange> changes) {
  public Parcel {
    records = List.copyOf(records);
    changes = List.copyOf(changes);
  }

  /** Records of the log whose transaction or epoch is not yet at its end. */
  public static Parcel of(List<OutRecord> records, ProgressChange... changes) {
    return new Parcel(records, List.of(changes));
  }

  /** Bytes in all its records. */
  public long size() {
    long size = 0;
    for (OutRecord record : records) {
      size += record.size();
    }
    return size;
  }

  /** Whether a Kafka transaction must not end right behind this parcel. */
  public boolean isOpen() {
    for (ProgressChange change : changes) {
      if (change instanceof ProgressChange.LogContinues) {
        return true;
      }
    }
    return false;
  }
}
