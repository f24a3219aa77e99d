package io.rapidbyte.ingest.replicate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.position.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Logical messages of the application as records of the messages topic: the prefix is the key, the
 * content the value.
 */
final class MessageRecords {
  /** What begins so is between us and the log. */
  private static final String OURS = "rapidbyte.";

  private final String topic;
  private final int recordBytes;

  /**
   * Makes records of {@code topic}.
   *
   * @param recordBytes the most that a value may have; a larger one is cut into parts
   */
  MessageRecords(String topic, int recordBytes) {
    this.topic = topic;
    this.recordBytes = recordBytes;
  }

  /** Whether a prefix is ours, or another pipeline's. */
  static boolean isOurs(String prefix) {
    return prefix.startsWith(OURS);
  }

  /**
   * The records of one message.
   *
   * @param at its place: in its transaction, or where it stands in the log without one
   */
  List<OutRecord> of(boolean transactional, Position at, String prefix, byte[] content) {
    int parts = Math.max(1, Math.ceilDiv(content.length, recordBytes));
    List<OutRecord> records = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int from = i * recordBytes;
      byte[] piece =
          parts == 1
              ? content
              : Arrays.copyOfRange(content, from, Math.min(content.length, from + recordBytes));
      List<Header> headers = new ArrayList<>();
      headers.add(header(RecordHeaders.FIRST, at.toString()));
      headers.add(header(RecordHeaders.LAST, at.toString()));
      headers.add(header(RecordHeaders.TRANSACTIONAL, Boolean.toString(transactional)));
      if (parts > 1) {
        headers.add(header(RecordHeaders.PART, (i + 1) + "/" + parts));
      }
      records.add(new OutRecord("", topic, 0, prefix.getBytes(UTF_8), piece, headers, 0));
    }
    return records;
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }
}
