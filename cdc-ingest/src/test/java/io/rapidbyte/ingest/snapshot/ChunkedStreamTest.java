package io.rapidbyte.ingest.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.ingest.snapshot.ChunkWindow.Outcome;
import io.rapidbyte.ingest.snapshot.ChunkWindow.Reason;
import io.rapidbyte.ingest.snapshot.WatermarkHistory.Entry;
import io.rapidbyte.schemas.batch.Op;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChunkedStreamTest {
  private static final int[] KEY = {0};
  private static final String UNCHANGED = TextRow.UNCHANGED_VALUE;

  private final StreamedTransactions streamed = new StreamedTransactions();
  private final ChunkedStream stream = new ChunkedStream(3, KEY, 1_000_000);
  private static final SourceSnapshot QUIET = SourceSnapshot.parse("50:50:");

  private List<List<@Nullable String>> emitted(TextRow... chunk) {
    return switch (stream.high(List.of(chunk), QUIET, streamed, Set.of())) {
      case Outcome.Emit(var rows) -> rows.stream().map(TextRow::values).toList();
      case Outcome.Again(Reason reason) -> List.of(List.of(reason.name()));
    };
  }

  @Test
  void emitsUntouchedRowsAsRead() {
    stream.change(Op.UPDATE, new TextRow("1", "before the mark", UNCHANGED));
    stream.low(streamed);
    assertThat(emitted(new TextRow("1", "a", null))).containsExactly(row("1", "a", null));
  }

  @Test
  void completesTouchedRowsWithTheLastValuesOfTheLog() {
    stream.low(streamed);
    stream.change(Op.UPDATE, new TextRow("1", "b", "B"));
    stream.change(Op.UPDATE, new TextRow("1", "c", UNCHANGED));
    stream.change(Op.UPDATE, new TextRow("2", "x", UNCHANGED));
    assertThat(emitted(new TextRow("1", "a", "A"), new TextRow("2", "w", "W")))
        .containsExactly(row("1", "c", "B"), row("2", "x", "W"));
  }

  @Test
  void dropsARowWhoseLastChangeIsADelete() {
    stream.low(streamed);
    stream.change(Op.UPDATE, new TextRow("1", "b", "B"));
    stream.change(Op.DELETE, new TextRow("1", null, null));
    assertThat(emitted(new TextRow("1", "a", "A"), new TextRow("2", "a", "A")))
        .containsExactly(row("2", "a", "A"));
  }

  @Test
  void takesNoValueFromARowThatWasDeletedBetween() {
    stream.low(streamed);
    stream.change(Op.DELETE, new TextRow("1", null, null));
    stream.change(Op.INSERT, new TextRow("1", "moved here", UNCHANGED));
    assertThat(emitted(new TextRow("1", "a", "A"))).isEmpty();
    assertThat(stream.owed(10)).containsExactly(RowKey.of(new TextRow("1"), KEY));
  }

  @Test
  void owesANewKeyUntilItIsReadCompletedOrDeleted() {
    stream.change(Op.INSERT, new TextRow("1", "a", UNCHANGED));
    stream.change(Op.INSERT, new TextRow("2", "a", UNCHANGED));
    stream.change(Op.INSERT, new TextRow("3", "a", UNCHANGED));
    assertThat(stream.owed(2)).hasSize(2);
    stream.change(Op.UPDATE, new TextRow("1", "a", "A"));
    stream.change(Op.DELETE, new TextRow("2", null, null));
    assertThat(stream.owed(10)).containsExactly(RowKey.of(new TextRow("3"), KEY));
    stream.low(streamed);
    assertThat(emitted(new TextRow("3", "a", "A"))).hasSize(1);
    assertThat(stream.owed(10)).isEmpty();
  }

  @Test
  void owesNothingThatWasAskedForAndIsNotThere() {
    stream.change(Op.INSERT, new TextRow("1", "a", UNCHANGED));
    stream.low(streamed);
    stream.high(List.of(), QUIET, streamed, Set.copyOf(stream.owed(10)));
    assertThat(stream.owed(10)).isEmpty();
  }

  @Test
  void readsAgainAfterATruncateASchemaChangeOrTooManyChanges() {
    stream.low(streamed);
    stream.truncated();
    assertThat(stream.lost()).contains(Reason.TRUNCATED);
    assertThat(emitted(new TextRow("1", "a", "A"))).containsExactly(List.of("TRUNCATED"));

    stream.low(streamed);
    stream.spoil(Reason.SCHEMA_CHANGED);
    assertThat(emitted(new TextRow("1", "a", "A"))).containsExactly(List.of("SCHEMA_CHANGED"));

    stream.low(streamed);
    for (int i = 0; i < 200; i++) {
      stream.change(Op.UPDATE, new TextRow("" + i, "x".repeat(10_000), "y"));
    }
    assertThat(emitted(new TextRow("1", "a", "A"))).containsExactly(List.of("TOO_MANY_CHANGES"));
  }

  @Test
  void readsAgainWhatDidNotSeeACommitFromBeforeTheLowMark() {
    streamed.add(47);
    stream.low(streamed);
    streamed.add(49);
    SourceSnapshot late = SourceSnapshot.parse("47:50:47");
    assertThat(stream.high(List.of(), late, streamed, Set.of()))
        .isEqualTo(new Outcome.Again(Reason.COMMIT_NOT_VISIBLE));
    stream.low(streamed);
    SourceSnapshot open = SourceSnapshot.parse("49:50:49");
    assertThat(stream.high(List.of(), open, streamed, Set.of()))
        .as("49 came before this low mark")
        .isEqualTo(new Outcome.Again(Reason.COMMIT_NOT_VISIBLE));
    stream.low(streamed);
    assertThat(stream.high(List.of(), QUIET, streamed, Set.of()))
        .isEqualTo(new Outcome.Emit(List.of()));
  }

  @Test
  void leavesTheDestinationEqualToTheTableWhateverHappensMeanwhile() {
    Set<Reason> seen = EnumSet.noneOf(Reason.class);
    int owed = 0;
    for (long seed = 0; seed < 800; seed++) {
      Simulation simulation = new Simulation(seed);
      simulation.run();
      seen.addAll(simulation.reasons);
      owed += simulation.owedChunks;
      assertThat(simulation.destination.rows())
          .as("seed %s", seed)
          .isEqualTo(simulation.history.table());
    }
    assertThat(seen).contains(Reason.TRUNCATED, Reason.COMMIT_NOT_VISIBLE);
    assertThat(owed).isPositive();
  }

  private static List<@Nullable String> row(@Nullable String... values) {
    return java.util.Arrays.asList(values);
  }

  /** A chunked read from a seed, in the order in which real threads do its steps. */
  private static final class Simulation {
    private final Random random;
    private final WatermarkHistory history;
    private final ModelDestination destination;
    private final StreamedTransactions streamed = new StreamedTransactions();
    private final ChunkedStream stream = new ChunkedStream(3, KEY, 1_000_000);
    private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    private int owedChunks;
    private Optional<String> cursor = Optional.empty();
    private boolean spansDone;
    private boolean done;

    // What the reader holds between the marks.
    private List<TextRow> rows = List.of();
    private SourceSnapshot snapshot = QUIET;
    private Set<RowKey> asked = Set.of();
    private Optional<String> upTo = Optional.empty();
    private int marksOpen;

    Simulation(long seed) {
      random = new Random(seed);
      history = new WatermarkHistory(random, 4 + random.nextInt(20));
      Map<String, WatermarkHistory.Row> left =
          Map.of(
              "001",
              new WatermarkHistory.Row("old", "old"),
              "900",
              new WatermarkHistory.Row("", ""));
      destination = new ModelDestination(left);
    }

    void run() {
      for (int step = 0; !done; step++) {
        assertThat(step).as("steps").isLessThan(100_000);
        history.live(step < 300);
        drainSome();
        if (marksOpen == 0 && random.nextBoolean()) {
          startChunk();
        } else if (marksOpen == 1 && random.nextBoolean()) {
          readChunk();
        }
      }
      history.live(false);
      drainAll();
    }

    private void startChunk() {
      history.mark(new Entry.Low());
      marksOpen = 1;
    }

    private void readChunk() {
      snapshot = history.snapshot();
      asked = spansDone || random.nextInt(4) == 0 ? Set.copyOf(stream.owed(3)) : Set.of();
      if (!asked.isEmpty()) {
        owedChunks++;
        rows = history.read(asked);
      } else if (spansDone) {
        rows = List.of();
      } else {
        upTo = history.boundary(cursor, 3);
        rows = history.read(cursor, upTo);
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        history.live(true);
      }
      history.mark(new Entry.High());
      marksOpen = 2;
    }

    private void drainSome() {
      for (int i = random.nextInt(20); i > 0; i--) {
        history.next().ifPresent(this::take);
      }
    }

    private void drainAll() {
      for (Optional<Entry> next = history.next(); next.isPresent(); next = history.next()) {
        take(next.get());
      }
    }

    private void take(Entry entry) {
      switch (entry) {
        case Entry.Begin(int xid) -> streamed.add(xid);
        case Entry.Change change -> change(change);
        case Entry.Truncate() -> {
          destination.truncate();
          stream.truncated();
        }
        case Entry.Low() -> stream.low(streamed);
        case Entry.High() -> high();
      }
    }

    private void change(Entry.Change change) {
      destination.apply(change);
      if (!done) {
        change.from().ifPresent(k -> stream.change(Op.DELETE, new TextRow(k, null, null)));
        stream.change(change.op(), change.row());
      }
    }

    private void high() {
      marksOpen = 0;
      switch (stream.high(rows, snapshot, streamed, asked)) {
        case Outcome.Again(Reason reason) -> reasons.add(reason);
        case Outcome.Emit(var emitted) -> {
          destination.snapshotRows(new ArrayList<>(emitted));
          if (asked.isEmpty() && !spansDone) {
            cursor = upTo;
            spansDone = upTo.isEmpty();
          }
          if (spansDone && stream.owed(1).isEmpty()) {
            destination.snapshotEnd();
            done = true;
          }
        }
      }
      streamed.forget(snapshot);
    }
  }
}
