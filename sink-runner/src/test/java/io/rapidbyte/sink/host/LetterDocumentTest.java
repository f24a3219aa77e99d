package io.rapidbyte.sink.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.schemas.batch.RecordHeaders;
import io.rapidbyte.schemas.batch.RecordKind;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.position.Position;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

final class LetterDocumentTest {
  private static final StreamSchema ITEMS = TestStream.simple("public", "items");
  private static final PartitionId PARTITION = new PartitionId("shop.items", 3, "here", "topic");

  private final LetterDocument letters = new LetterDocument("public.items", "w");

  @Test
  void holdsTheRow() throws IOException {
    JsonNode document = letter("large");
    assertThat(document.at("/row/big").asText()).isEqualTo("large");
    assertThat(document.path("arrow").asText()).isNotEmpty();
    assertThat(document.has("omitted")).isFalse();
  }

  @Test
  void saysWhereARowStandsThatIsTooLargeForIt() throws IOException {
    JsonNode document = letter("x".repeat(LetterDocument.MAX_BYTES / 3 + 1));
    assertThat(document.has("row")).isFalse();
    assertThat(document.at("/omitted/bytes").asLong()).isGreaterThan(LetterDocument.MAX_BYTES / 3);
    assertThat(document.at("/omitted/topic").asText()).isEqualTo("shop.items");
    assertThat(document.at("/omitted/partition").asInt()).isEqualTo(3);
    assertThat(document.at("/omitted/offset").asLong()).isEqualTo(17);
    assertThat(document.at("/key/id").asInt()).isEqualTo(2);
  }

  @Test
  void countsWhatEscapesTakeUp() throws IOException {
    String controls = "\u0001".repeat(LetterDocument.MAX_BYTES / 5);
    assertThat(letter(controls).at("/omitted/offset").asLong()).isEqualTo(17);
  }

  @Test
  void leavesOutGarbageThatIsTooLarge() throws IOException {
    var error = RefusedRow.missingBase(0, "public.items").error();
    var garbage = new Unit.Garbage(9, new byte[LetterDocument.MAX_BYTES], error);
    DeadLetter letter = letters.of(garbage, PARTITION);
    assertThat(letter.document()).hasSizeLessThan(2_000);
    assertThat(new String(letter.document(), UTF_8)).contains("\"omitted\"");
  }

  private JsonNode letter(String big) throws IOException {
    TestBatch batch = TestBatch.at(ITEMS, 5).insert("1", "a", "b").insert("2", "c", big);
    Position at = new Position(new Lsn(5), 0);
    var headers = new RecordHeaders(RecordKind.CHANGE, at, at, 2, 1, 1, null, null, null, null);
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = batch.build(allocator)) {
      var error = RefusedRow.missingBase(1, "public.items").error();
      var unit = new Unit.Rows(17, headers, root);
      var reject = new GroupPlan.Reject(unit, 1, "{\"id\":2}", error, false);
      DeadLetter letter = letters.of(reject, PARTITION);
      assertThat(letter.document()).hasSizeLessThanOrEqualTo(LetterDocument.MAX_BYTES);
      return new ObjectMapper().readTree(letter.document());
    }
  }
}
