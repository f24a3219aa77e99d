package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.ArrowTypes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;

/** Reads one stream's chunks, each in a short transaction of its own. One thread. */
final class ChunkReader {
  /** A larger chunk is given up and tried again with fewer rows. */
  private static final long MAX_BYTES = 32L * 1024 * 1024;

  // SQLSTATE class, Postgres manual, appendix A.
  private static final String DATA_EXCEPTION = "22";

  private final SnapshotSession session;
  private final StreamPlan plan;
  private final BufferAllocator allocator;
  private boolean textKeys;

  /**
   * A reader of the table of {@code plan}.
   *
   * @param textKeys whether the log has keys in their text form
   */
  ChunkReader(
      SnapshotSession session, StreamPlan plan, BufferAllocator allocator, boolean textKeys) {
    this.session = session;
    this.plan = plan;
    this.allocator = allocator;
    this.textKeys = textKeys;
  }

  /**
   * Keys as the log has them, whether rows of them are there or not.
   *
   * @param keys key columns' values in text form, as somebody wrote them
   * @return the keys; empty where a value is none of its column's type
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source fails
   */
  Optional<Set<RowKey>> images(StreamSchema schema, List<List<String>> keys)
      throws InterruptedException {
    int[] places = IntStream.range(0, schema.key().size()).toArray();
    CopyStatement statement = statement(schema);
    boolean[] all = statement.text();
    boolean[] text = new boolean[places.length];
    for (int place : places) {
      text[place] = all[schema.indexOf(schema.key().get(place))];
    }
    CopyReader reader = new CopyReader(text);
    Set<RowKey> images = new LinkedHashSet<>();
    try {
      String copy = statement.images(from(session), keys);
      session.copy(
          copy,
          piece -> {
            reader.feed(piece, row -> images.add(RowKey.of(row, places)));
            return true;
          });
      reader.finish();
      return Optional.of(images);
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith(DATA_EXCEPTION)) {
        return Optional.empty();
      }
      throw SqlFailures.of(e, "reading keys of " + plan.table());
    }
  }

  /** Reads keys in their other form from now on. */
  void switchKeyForm() {
    textKeys = !textKeys;
  }

  /**
   * Reads the rows of some keys.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source fails, or the table has
   *     another shape
   */
  Chunk keys(StreamSchema schema, Set<RowKey> asked) throws InterruptedException {
    KeyText text = new KeyText(schema, allocator);
    List<List<String>> keys = asked.stream().map(text::of).toList();
    return reading(
        schema,
        (open, statement, from) -> {
          Reading reading = new Reading(open);
          reading.rows(open, statement, statement.rows(from, keys), Long.MAX_VALUE);
          return reading.chunk(schema, asked, Optional.empty(), true);
        });
  }

  /**
   * Reads a span in key order.
   *
   * @param after the key behind which it begins; absent at the table's beginning
   * @param rows how many rows of the table it has at most, those that the condition leaves out
   *     among them
   * @return the chunk; empty where its rows have too many bytes
   * @throws io.rapidbyte.schemas.error.RapidbyteException as in {@link #keys}
   */
  Optional<Chunk> span(StreamSchema schema, Optional<List<String>> after, int rows)
      throws InterruptedException {
    return reading(
        schema,
        (open, statement, from) -> {
          Reading reading = new Reading(open);
          Optional<List<String>> border = key(open, statement.boundary(from, after, rows));
          Optional<List<String>> upTo =
              border.isPresent() ? border : key(open, statement.lastKey(from, after));
          if (upTo.isPresent()) {
            long most = rows == 1 ? Long.MAX_VALUE : MAX_BYTES;
            if (!reading.rows(open, statement, statement.chunk(from, after, upTo), most)) {
              return Optional.<Chunk>empty();
            }
          }
          return Optional.of(reading.chunk(schema, Set.of(), upTo, border.isEmpty()));
        });
  }

  /** A mark between two chunks that reads nothing. */
  Chunk nothing(StreamSchema schema) throws InterruptedException {
    return session.reading(
        "",
        "marking " + plan.table(),
        open -> new Reading(open).chunk(schema, Set.of(), Optional.empty(), true));
  }

  private interface Work<T> {
    T run(SnapshotSession open, CopyStatement statement, String from)
        throws SQLException, InterruptedException;
  }

  private <T> T reading(StreamSchema schema, Work<T> work) throws InterruptedException {
    CopyStatement statement = statement(schema);
    return session.reading(
        "",
        "reading " + plan.table(),
        open -> {
          String from = from(open);
          open.execute("LOCK TABLE " + from + " IN ACCESS SHARE MODE");
          open.requireShape(plan.relationOid(), schema);
          return work.run(open, statement, from);
        });
  }

  private CopyStatement statement(StreamSchema schema) {
    return new CopyStatement(
        schema,
        plan.where(),
        column ->
            !ArrowTypes.decodesBinary(column.type())
                || (textKeys && schema.key().contains(column.name())));
  }

  private String from = "";

  private String from(SnapshotSession open) throws SQLException {
    if (from.isEmpty()) {
      boolean root =
          open.value(
                  "SELECT pg_partition_root(%1$d) IS NOT NULL AND pg_relation_filenode(%1$d) IS NULL"
                      .formatted(Integer.toUnsignedLong(plan.relationOid())))
              .equals("t");
      from = (root ? "" : "ONLY ") + plan.table().quoted();
    }
    return from;
  }

  private static Optional<List<String>> key(SnapshotSession open, String query)
      throws SQLException {
    try (Statement statement = open.connection().createStatement();
        ResultSet row = statement.executeQuery(query)) {
      if (!row.next()) {
        return Optional.empty();
      }
      List<String> key = new ArrayList<>();
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        key.add(String.valueOf(row.getString(i)));
      }
      return Optional.of(key);
    }
  }

  /** What one transaction saw. */
  private static final class Reading {
    private final SourceSnapshot snapshot;
    private final long micros;
    private final List<RowImage> rows = new ArrayList<>();
    private long bytes;

    Reading(SnapshotSession open) throws SQLException {
      snapshot = SourceSnapshot.parse(open.value("SELECT pg_current_snapshot()::text"));
      micros = Long.parseLong(open.value("SELECT (extract(epoch FROM now()) * 1000000)::bigint"));
    }

    boolean rows(SnapshotSession open, CopyStatement statement, String copy, long most)
        throws SQLException, InterruptedException {
      boolean[] text = statement.text();
      CopyReader reader = new CopyReader(text);
      boolean whole =
          open.copy(
              copy,
              piece -> {
                reader.feed(
                    piece,
                    row -> {
                      rows.add(RowImage.of(row, text.length));
                      bytes += reader.rowBytes();
                    });
                return bytes <= most;
              });
      if (whole) {
        reader.finish();
      }
      return whole;
    }

    Chunk chunk(
        StreamSchema schema, Set<RowKey> asked, Optional<List<String>> cursor, boolean last) {
      return new Chunk(
          schema.version(), rows, snapshot, micros, asked, cursor, last, OptionalLong.empty());
    }
  }
}
