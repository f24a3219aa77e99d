package io.rapidbyte.sink.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.fault.Failpoint;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.sink.kafka.KafkaFailures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends what is in an outbox to its DLQ topic, then deletes it there. A crash between both sends it
 * again, with the same {@code rb-id}. Any worker's thread.
 */
final class LetterPublisher implements AutoCloseable {
  private static final int BATCH = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaLogs logs;

  LetterPublisher(Map<String, Object> client, String clientId, KafkaLogs logs) {
    this.logs = logs;
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, KafkaLogs.LETTER_BYTES);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * KafkaLogs.LETTER_BYTES);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** What it asks about topics. */
  KafkaLogs logs() {
    return logs;
  }

  /** Empties the outbox of a partition; how many letters were sent. */
  int publish(StreamWriter writer, PartitionId partition, StreamRole role) {
    String topic = role.letterTopic();
    int sent = 0;
    while (true) {
      List<DeadLetter> letters = writer.outbox(partition, BATCH);
      if (letters.isEmpty()) {
        return sent;
      }
      logs.ensureLetters(topic);
      List<Future<RecordMetadata>> answers = new ArrayList<>();
      for (DeadLetter letter : letters) {
        if (!DeadLetter.isReadable(letter.document())) {
          throw unreadable(role.stream(), letter);
        }
      }
      for (DeadLetter letter : letters) {
        answers.add(producer.send(record(topic, letter)));
      }
      producer.flush();
      answers.forEach(answer -> KafkaFailures.answer("write dead letters to " + topic, answer));
      Failpoint.hit("sink.outbox");
      writer.sent(partition, letters.stream().map(DeadLetter::id).toList());
      sent += letters.size();
    }
  }

  private static RapidbyteException unreadable(String stream, DeadLetter letter) {
    return new RapidbyteException(
        LogCheck.damaged(stream, "letter " + letter.id() + " in its outbox is no JSON")
            .orElseThrow());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, DeadLetter letter) {
    byte[] key = letter.key().isEmpty() ? null : letter.key().getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, letter.document());
    header(record, "rb-id", letter.id());
    try {
      JsonNode document = JSON.readTree(letter.document());
      header(record, "rb-stream", document.path("stream").asText());
      header(record, "rb-stage", document.path("stage").asText());
      header(record, "rb-category", document.path("error").path("category").asText());
      header(record, "rb-code", document.path("error").path("code").asText());
      if (document.has("lsn")) {
        header(
            record,
            "rb-position",
            document.path("lsn").asText() + "/" + document.path("ordinal").asText());
      }
    } catch (IOException e) {
      throw new IllegalStateException("a letter in the outbox is not JSON: " + letter.id(), e);
    }
    return record;
  }

  private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
