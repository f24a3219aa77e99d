package io.rapidbyte.ingest.commit;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record, ready to be sent: bytes only, so that it may cross threads.
 *
 * @param stream the stream it counts for; empty for records about the pipeline itself
 * @param partition where it goes; null to leave it to the key
 * @param rows changes or rows in it, for the counters; 0 for records of other kinds
 */
@SuppressWarnings(
    "ArrayRecordComponent") // never compared; copying a megabyte to be safe would cost more
public record OutRecord(
    String stream,
    String topic,
    @Nullable Integer partition,
    byte @Nullable [] key,
    byte[] value,
    List<Header> headers,
    int rows) {
  public OutRecord {
    headers = List.copyOf(headers);
  }

  /** Bytes that the record takes up in a queue or a request, roughly. */
  public int size() {
    return 128 + value.length + (key == null ? 0 : key.length);
  }
}
