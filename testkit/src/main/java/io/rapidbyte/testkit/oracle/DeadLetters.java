package io.rapidbyte.testkit.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A dead letter topic, as its read_committed readers see it. Each question reads it anew, from its
 * beginning to its end; a topic that is not there has no letters.
 *
 * @param bootstrap of a broker without security
 */
public record DeadLetters(String bootstrap, String topic) {
  /** The distinct ids in it; a letter may be there more than once under one id. */
  public Set<String> ids() {
    return all().stream()
        .map(letter -> new String(letter.headers().lastHeader("rb-id").value(), UTF_8))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** How many letters are in it, each counted once. */
  public int count() {
    return ids().size();
  }

  /** The rows in it, by the numbers in their keys. */
  public Set<String> rows() {
    return all().stream()
        .map(letter -> letter.key() == null ? "" : new String(letter.key(), UTF_8))
        .map(key -> key.replaceAll("[^-0-9]", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The documents in it, in their order. */
  public List<String> documents() {
    return all().stream().map(letter -> new String(letter.value(), UTF_8)).toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> all() {
    return CommittedRecords.of(bootstrap, topic);
  }
}
