package io.rapidbyte.sink.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.testkit.batch.TestStream;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What the contracts need of a destination under test. A destination's own test extends {@link
 * DestinationContract}, and says how it is opened, read and disturbed; the rest is there.
 */
public interface Questions {
  /** Most questions are about a stream with a key, a text and a large value. */
  StreamSchema ITEMS = TestStream.simple("public", "items");

  /** A type, a value in Postgres's text form, and the text that {@link #read} gives for it. */
  record TypeRoundTrip(PgType type, String value, String read) {}

  /** A destination over the same place each time within a test, opened; empty in the first call. */
  Destination open();

  /** All rows of a table as text, null for NULL, ordered by all columns. */
  List<List<@Nullable String>> read(String schema, String table, String... columns);

  /** Runs SQL of the destination's own dialect beside the pipeline. */
  void execute(String sql);

  /** Runs SQL while the destination is closed. */
  void damage(String sql);

  /** Types that must pass through. */
  List<TypeRoundTrip> typeRoundTrips();

  /** Makes the destination refuse rows of {@link #ITEMS} whose name is {@code bad}. */
  void refuseBadNames();

  /** Drops the table of {@link #ITEMS}. */
  void dropItems();

  /** The destination under test. */
  Destination destination();

  /** Closes and opens again, as a process that is restarted. */
  void reopen();

  /** Closes, has something done outside, opens again. */
  void reopenAfter(Runnable outside);

  /** A writer of a stream, one partition of it claimed. */
  Harness harness(StreamSchema stream, WriteMode mode, int partitions, int partition);

  /** One allocator a test; what is left in it fails the test. */
  BufferAllocator allocator();

  /** A writer of a stream with one partition, claimed. */
  default Harness upsert(StreamSchema stream) {
    return harness(stream, WriteMode.UPSERT, 1, 0);
  }

  /** Rows of a stream with the columns of {@link #ITEMS}, values joined by bars. */
  default List<String> table(StreamSchema stream) {
    return read(stream.table().schema(), stream.table().table(), "id", "name", "big").stream()
        .map(Questions::joined)
        .toList();
  }

  /** Values joined by bars. */
  static String joined(List<@Nullable String> row) {
    return String.join("|", row.stream().map(String::valueOf).toList());
  }

  /** The group was applied. */
  static void committed(Applied applied) {
    assertThat(applied).isEqualTo(new Applied.Committed());
  }
}
