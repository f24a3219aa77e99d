package io.rapidbyte.schemas.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.position.Position;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record in a stream topic, so that a reader knows what it holds without decoding
 * it. Values are ASCII text.
 *
 * @param first position of the first row (of a snapshot's, its LSN and the row's number)
 * @param last position of the last row
 * @param rows rows in the batch
 * @param schemaVersion the {@link io.rapidbyte.schemas.stream.StreamSchema#version} of its columns
 * @param generation the stream's generation, from 1; rises when a snapshot begins again
 * @param range which range of the table a snapshot record's rows are from; {@link #BEGIN} in a
 *     schema record with which a generation begins
 * @param destination the only destination that applies the record
 * @param transaction where the Postgres transaction of the last row takes several Kafka
 *     transactions; those of earlier rows are whole
 * @param part for a row that takes several records
 */
public record RecordHeaders(
    RecordKind kind,
    Position first,
    Position last,
    int rows,
    int schemaVersion,
    int generation,
    @Nullable String range,
    @Nullable String destination,
    @Nullable ChunkMark transaction,
    @Nullable Part part) {
  public static final String KIND = "rb-kind";
  public static final String FIRST = "rb-first";
  public static final String LAST = "rb-last";
  public static final String ROWS = "rb-rows";
  public static final String SCHEMA = "rb-schema";
  public static final String GENERATION = "rb-generation";
  public static final String RANGE = "rb-range";
  public static final String DESTINATION = "rb-destination";
  public static final String TXN = "rb-txn";
  public static final String PART = "rb-part";
  public static final String MODULE = "rb-module";

  /** Of a logical message: whether it belongs to a transaction, {@code true} or {@code false}. */
  public static final String TRANSACTIONAL = "rb-transactional";

  /**
   * The {@link #range} of the schema record that is the first of its generation in its partition:
   * whoever finds it has not missed anything of the generation.
   */
  public static final String BEGIN = "begin";

  /** Whether more of the same Postgres transaction follows in a later Kafka transaction. */
  public enum ChunkMark {
    MORE,
    LAST;

    /** The header's value. */
    public String label() {
      return this == MORE ? "more" : "last";
    }
  }

  /**
   * A record that holds only a piece of a value; the pieces' values concatenated are the value.
   *
   * @param index from 1
   * @param count how many pieces there are
   */
  public record Part(int index, int count) {
    public Part {
      if (index < 1 || index > count) {
        throw new IllegalArgumentException("part " + index + " of " + count);
      }
    }
  }

  /** The same headers for one piece of the value. */
  public RecordHeaders withPart(Part piece) {
    return new RecordHeaders(
        kind, first, last, rows, schemaVersion, generation, range, destination, transaction, piece);
  }

  /** The same headers with another mark of the transaction. */
  public RecordHeaders withTransaction(@Nullable ChunkMark mark) {
    return new RecordHeaders(
        kind, first, last, rows, schemaVersion, generation, range, destination, mark, part);
  }

  /**
   * Hands a value on as records of at most {@code recordBytes}: as it is, or in parts whose values
   * concatenated are the value.
   */
  public void forEachPart(byte[] value, int recordBytes, BiConsumer<RecordHeaders, byte[]> sink) {
    if (value.length <= recordBytes) {
      sink.accept(this, value);
      return;
    }
    int parts = Math.ceilDiv(value.length, recordBytes);
    for (int i = 0; i < parts; i++) {
      int from = i * recordBytes;
      byte[] piece = Arrays.copyOfRange(value, from, Math.min(value.length, from + recordBytes));
      sink.accept(withPart(new Part(i + 1, parts)), piece);
    }
  }

  /** Why a record whose headers {@link #parse} refuses goes to the dead letters. */
  public static ErrorInfo notOurs(IllegalArgumentException cause) {
    return ErrorInfo.permanent(
        Category.DATA,
        Scope.BATCH,
        ArrowIpc.UNDECODABLE,
        "a record is not one of ours: " + cause.getMessage(),
        "check what else writes to the topic");
  }

  /** Hands each header to {@code sink}, name and value. */
  public void forEach(BiConsumer<String, byte[]> sink) {
    put(sink, KIND, kind.label());
    put(sink, FIRST, first.toString());
    put(sink, LAST, last.toString());
    put(sink, ROWS, Integer.toString(rows));
    put(sink, SCHEMA, Integer.toString(schemaVersion));
    put(sink, GENERATION, Integer.toString(generation));
    put(sink, RANGE, range);
    put(sink, DESTINATION, destination);
    put(sink, TXN, transaction == null ? null : transaction.label());
    put(sink, PART, part == null ? null : part.index() + "/" + part.count());
  }

  private static void put(BiConsumer<String, byte[]> sink, String name, @Nullable String value) {
    if (value != null) {
      sink.accept(name, value.getBytes(UTF_8));
    }
  }

  /**
   * Reads headers back.
   *
   * @param source a header's value by its name, null where it is absent
   * @throws IllegalArgumentException where a header is missing or malformed; the record is not ours
   *     or damaged
   */
  public static RecordHeaders parse(Function<String, byte @Nullable []> source) {
    String txn = optional(source, TXN);
    return new RecordHeaders(
        RecordKind.of(required(source, KIND)),
        Position.parse(required(source, FIRST)),
        Position.parse(required(source, LAST)),
        Integer.parseInt(required(source, ROWS)),
        Integer.parseInt(required(source, SCHEMA)),
        Integer.parseInt(required(source, GENERATION)),
        optional(source, RANGE),
        optional(source, DESTINATION),
        txn == null ? null : chunkMark(txn),
        parsePart(optional(source, PART)));
  }

  private static ChunkMark chunkMark(String text) {
    return switch (text) {
      case "more" -> ChunkMark.MORE;
      case "last" -> ChunkMark.LAST;
      default -> throw new IllegalArgumentException("unknown rb-txn: " + text);
    };
  }

  private static @Nullable Part parsePart(@Nullable String text) {
    if (text == null) {
      return null;
    }
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not an rb-part: " + text);
    }
    return new Part(
        Integer.parseInt(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  private static String required(Function<String, byte @Nullable []> source, String name) {
    String value = optional(source, name);
    if (value == null) {
      throw new IllegalArgumentException("the record has no header " + name);
    }
    return value;
  }

  private static @Nullable String optional(
      Function<String, byte @Nullable []> source, String name) {
    byte[] value = source.apply(name);
    return value == null ? null : new String(value, UTF_8);
  }
}
