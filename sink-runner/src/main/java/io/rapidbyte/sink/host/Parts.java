package io.rapidbyte.sink.host;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.rapidbyte.schemas.batch.RecordHeaders;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Values that take several records ({@code rb-part: i/n}). */
final class Parts {
  private Parts() {}

  /** Whether the record is a whole value or the last part of one. */
  static boolean endsValue(ConsumerRecord<byte[], byte[]> each) {
    String part = text(each, RecordHeaders.PART);
    int slash = part.indexOf('/');
    return slash < 0 || part.substring(0, slash).equals(part.substring(slash + 1));
  }

  /** Rows that the header announces; 1 where it announces none. */
  static int rows(ConsumerRecord<byte[], byte[]> each) {
    String rows = text(each, RecordHeaders.ROWS);
    try {
      return rows.isEmpty() ? 1 : Math.max(1, Integer.parseInt(rows));
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  /**
   * The value of consecutive parts. The list gives each part up as soon as it is copied, so that a
   * giant value is in memory once.
   */
  static byte[] join(List<ConsumerRecord<byte[], byte[]>> parts) {
    if (parts.size() == 1) {
      return valueOf(parts.getFirst());
    }
    byte[] joined = new byte[parts.stream().mapToInt(part -> valueOf(part).length).sum()];
    int end = 0;
    Deque<ConsumerRecord<byte[], byte[]>> rest = new ArrayDeque<>(parts);
    parts.clear();
    while (!rest.isEmpty()) {
      byte[] part = valueOf(rest.remove());
      System.arraycopy(part, 0, joined, end, part.length);
      end += part.length;
    }
    return joined;
  }

  private static byte[] valueOf(ConsumerRecord<byte[], byte[]> each) {
    byte[] value = each.value();
    return value == null ? new byte[0] : value;
  }

  private static String text(ConsumerRecord<byte[], byte[]> each, String name) {
    Header header = each.headers().lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), US_ASCII);
  }
}
