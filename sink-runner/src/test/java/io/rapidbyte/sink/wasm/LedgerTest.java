package io.rapidbyte.sink.wasm;

import static io.rapidbyte.sink.contract.Harness.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.contract.Harness;
import io.rapidbyte.sink.contract.Harness.Planned;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Guarantee;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.sink.destination.StreamTarget;
import io.rapidbyte.sink.destination.StreamWriter;
import io.rapidbyte.sink.destination.Undelivered;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.kafka.SharedKafka;
import io.rapidbyte.wasm.CallFaults;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A module that knows how far it is, and that misbehaves on some rows. */
final class LedgerTest {
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");
  private static final PartitionId PARTITION =
      new PartitionId("shop.items", 0, "cluster", "topic-id");

  private final BufferAllocator allocator = new RootAllocator();
  private final LedgerServer server = new LedgerServer();
  private final ModuleDestination destination =
      Modules.open(
          Modules.within(
              Modules.settings(Modules.ledger(), server.origin(), SharedKafka.unique("ledger")),
              Duration.ofMillis(400)),
          allocator);
  private final StreamWriter writer =
      destination.writer(new StreamTarget(ITEMS.table(), WriteMode.UPSERT, 1));
  private Harness items = new Harness(writer, PARTITION, allocator);

  @BeforeEach
  void promises() {
    assertThat(destination.guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
  }

  @AfterEach
  void close() {
    writer.close();
    destination.close();
    server.close();
    allocator.close();
  }

  private static Planned named(long lsn, String... names) {
    TestBatch batch = TestBatch.at(ITEMS, lsn);
    for (int i = 0; i < names.length; i++) {
      batch.insert(Integer.toString(i + 1), names[i], "x");
    }
    return rows(batch);
  }

  private List<String> names() {
    return server.read("public.items", "name").stream().map(row -> row.getFirst()).toList();
  }

  private List<RefusedRow> refused(Planned... steps) {
    Applied applied = items.apply(steps);
    assertThat(applied).isInstanceOf(Applied.Refused.class);
    return ((Applied.Refused) applied).rows();
  }

  @Test
  void whatItHasDoesNotComeAgainThoughItsBooksWereNotWritten() {
    server.losesAnswerOf = "/commit";
    RapidbyteException lost =
        catchThrowableOfType(RapidbyteException.class, () -> items.apply(named(1, "a")));
    assertThat(lost.error().retryable()).isTrue();
    assertThat(names()).containsExactly("a");
    assertThat(items.claimAgain().nextOffset()).isEqualTo(1);
    assertThat(items.apply(named(2, "b"))).isEqualTo(new Applied.Committed());
    assertThat(names()).containsExactly("b");
    assertThat(server.commits).isEqualTo(2);
  }

  /** What it has does not come again, so a row that was left out of it must not be forgotten. */
  @Test
  void aLetterIsInTheBooksBeforeTheRestIsDelivered() {
    DeadLetter letter = new DeadLetter("id-1", "{\"id\":3}", new byte[] {'{', '}'}, false);
    Undelivered left = new Undelivered(List.of(letter), Set.of(), Set.of(), Set.of(), Set.of());
    server.losesAnswerOf = "/commit";
    assertThat(catchThrowable(() -> items.apply(left, named(1, "a")))).isNotNull();
    assertThat(items.claimAgain().nextOffset()).isEqualTo(1);
    assertThat(items.writer().outbox(items.partition(), 9))
        .extracting(DeadLetter::id)
        .containsExactly("id-1");
  }

  @Test
  void whatItLostComesAgain() throws Exception {
    assertThat(items.apply(named(1, "a"))).isEqualTo(new Applied.Committed());
    server.forget();
    assertThat(items.claimAgain().nextOffset()).isZero();
  }

  @Test
  void aRowOnWhichItTrapsIsFoundAndNothingOfItsRecordStaysMeanwhile() {
    List<RefusedRow> rows = refused(named(1, "a", "b", "trap", "d"));
    assertThat(rows).extracting(RefusedRow::row).containsExactly(2);
    assertThat(rows.getFirst().error().code()).isEqualTo(CallFaults.TRAP);
    assertThat(rows.getFirst().error().details()).containsEntry("stream", "public.items");
    assertThat(names()).isEmpty();
    assertThat(items.apply(named(1, "a", "b"))).isEqualTo(new Applied.Committed());
    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void aRowOnWhichItLoopsCostsItsTimeAndGoesToTheDeadLetters() {
    List<RefusedRow> rows = refused(named(1, "a", "loop"));
    assertThat(rows).extracting(RefusedRow::row).containsExactly(1);
    assertThat(rows.getFirst().error().code()).isEqualTo(CallFaults.DEADLINE);
  }

  @Test
  void aRowThatItRejectsByItselfNeedsNoSearch() {
    List<RefusedRow> rows = refused(named(1, "a", "row", "c"));
    assertThat(rows).extracting(RefusedRow::row).containsExactly(1);
    assertThat(rows.getFirst().error().code()).isEqualTo("guest/not-this-row");
    assertThat(server.commits).isZero();
  }

  @Test
  void whoWasOvertakenIsRefusedByTheDestinationItself() {
    StreamWriter other = destination.writer(new StreamTarget(ITEMS.table(), WriteMode.UPSERT, 1));
    try (other) {
      Harness owner = new Harness(other, PARTITION, allocator);
      assertThat(items.apply(named(1, "zombie"))).isEqualTo(new Applied.Fenced());
      assertThat(names()).isEmpty();
      assertThat(owner.apply(named(1, "a"))).isEqualTo(new Applied.Committed());
      assertThat(names()).containsExactly("a");
    }
  }
}
