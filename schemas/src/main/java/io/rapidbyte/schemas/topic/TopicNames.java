package io.rapidbyte.schemas.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.stream.TableName;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names in Kafka for one pipeline.
 *
 * <p>A name's parts hold {@code [A-Za-z0-9_-]} and are joined by dots. Any other UTF-16 unit of a
 * schema or table becomes {@code _xHHHH_}, and so does the underscore of a literal {@code _x}, so
 * that no two streams share a name. Longer than {@value #MAX_LENGTH}, a name ends in a hash.
 *
 * @param pipeline {@code [a-z0-9-]+}
 */
public record TopicNames(String pipeline) {
  /** Leaves room for suffixes below Kafka's 249. */
  public static final int MAX_LENGTH = 200;

  private static final int HASH_BYTES = 8;

  public TopicNames {
    if (!pipeline.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException(
          "a pipeline is named by lower-case letters, digits and hyphens, not " + pipeline);
    }
  }

  /** The stream's topic. */
  public String stream(TableName table) {
    return shortened(pipeline + "." + part(table.schema()) + "." + part(table.table()));
  }

  /** The topic behind a stream's transforms, by the name of the stream's own. */
  public static String processed(String streamTopic) {
    return streamTopic + ".out";
  }

  /** The stream's dead letters. */
  public String deadLetters(TableName table) {
    return stream(table) + ".dlq";
  }

  /** Logical messages of the source. */
  public String messages() {
    return pipeline + ".messages";
  }

  /** What ingest has made durable. */
  public String progress() {
    return internal("progress");
  }

  /** Schema versions of all streams. */
  public String schemas() {
    return internal("schemas");
  }

  /** What streams are behind their transforms. */
  public String processedSchemas() {
    return internal("processed");
  }

  /** The spec last applied. */
  public String spec() {
    return internal("spec");
  }

  /** States of dead letters and keys held. */
  public String dead() {
    return internal("dead");
  }

  /** Run history. */
  public String runs() {
    return internal("runs");
  }

  /** Commands to a running pipeline. */
  public String control() {
    return internal("control");
  }

  /** The transactional id of the ingest leader. */
  public String ingestTransactionalId() {
    return pipeline + ".ingest";
  }

  /** The Kafka Streams application of a stream's transforms; its consumer group, too. */
  public String processApplication(TableName table) {
    return shortened(pipeline + ".process." + part(table.schema()) + "." + part(table.table()));
  }

  /** The consumer group of a destination. */
  public String sinkGroup(String destination) {
    return pipeline + ".sink." + destination;
  }

  /** What is remembered of a destination that cannot remember it itself. */
  public String sinkBooks(String destination) {
    return internal("sink." + destination);
  }

  /** The transactional id by which a destination's sink publishes dead letters. */
  public String sinkTransactionalId(String destination, String member) {
    return sinkGroup(destination) + "." + member;
  }

  private String internal(String name) {
    return "_rb." + pipeline + "." + name;
  }

  private static String part(String identifier) {
    StringBuilder out = new StringBuilder(identifier.length());
    for (int i = 0; i < identifier.length(); i++) {
      char c = identifier.charAt(i);
      boolean escapeLookalike =
          c == '_' && i + 1 < identifier.length() && identifier.charAt(i + 1) == 'x';
      if (isPlain(c) && !escapeLookalike) {
        out.append(c);
      } else {
        out.append(String.format("_x%04X_", (int) c));
      }
    }
    return out.toString();
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private static String shortened(String name) {
    if (name.length() <= MAX_LENGTH) {
      return name;
    }
    String hash = "-" + HexFormat.of().formatHex(sha256(name), 0, HASH_BYTES);
    return name.substring(0, MAX_LENGTH - hash.length()) + hash;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
