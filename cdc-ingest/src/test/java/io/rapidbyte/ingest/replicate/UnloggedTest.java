package io.rapidbyte.ingest.replicate;

import static io.rapidbyte.ingest.replicate.Unlogged.Rewrite.BY_EXPRESSION;
import static io.rapidbyte.ingest.replicate.Unlogged.Rewrite.NONE;
import static io.rapidbyte.ingest.replicate.Unlogged.Rewrite.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnloggedTest {
  private static final PgType INT = new PgType.Base(23, "integer", -1);
  private static final PgType BIGINT = new PgType.Base(20, "bigint", -1);
  private static final PgType TEXT = new PgType.Base(25, "text", -1);

  private static Column column(String name, int number, PgType type) {
    return new Column(name, type, true, number, null);
  }

  private static StreamSchema schema(Column... columns) {
    return new StreamSchema(
        new TableName("public", "t"), 1, List.of(columns), List.of(), ReplicaIdentity.DEFAULT);
  }

  private static PgType numeric(int precision, int scale) {
    return new PgType.Base(1700, "numeric", ((precision << 16) | scale) + 4);
  }

  private static PgType labels(String... labels) {
    return new PgType.Enumeration(90_000, "light", List.of(labels));
  }

  private static List<String> retyped(PgType from, PgType to, Unlogged.Rewrite rewrite) {
    return Unlogged.of(
        schema(column("a", 1, from)), schema(column("a", 1, to)), Set.of("a"), Set.of(), rewrite);
  }

  @Test
  void aColumnIsKnownByItsNumber() {
    StreamSchema known = schema(column("a", 1, TEXT), column("b", 2, TEXT));
    assertThat(Unlogged.of(known, known, Set.of("a", "b"), Set.of(), NONE)).isEmpty();
    assertThat(
            Unlogged.of(
                known,
                schema(column("a", 1, TEXT), column("c", 2, TEXT)),
                Set.of("a", "b"),
                Set.of(),
                NONE))
        .containsExactly("c (was b)");
    assertThat(
            Unlogged.of(
                known,
                schema(column("a", 1, TEXT), column("b", 3, TEXT)),
                Set.of("a", "b"),
                Set.of(),
                NONE))
        .containsExactly("b (dropped and added again)");
    assertThat(
            Unlogged.of(
                known,
                schema(column("a", 0, TEXT), column("b", 0, TEXT)),
                Set.of("a", "b"),
                Set.of(),
                NONE))
        .isEmpty();
  }

  @Test
  void aNewColumnMattersWhereItFillsRows() {
    StreamSchema known = schema(column("a", 1, TEXT));
    StreamSchema next = schema(column("a", 1, TEXT), column("b", 2, INT));
    assertThat(Unlogged.of(known, next, Set.of("a"), Set.of(), NONE)).isEmpty();
    assertThat(Unlogged.of(known, next, Set.of("a", "b"), Set.of(), NONE))
        .containsExactly("b (dropped and added again)");
    assertThat(Unlogged.of(known, next, Set.of("a"), Set.of(2), NONE))
        .containsExactly("b (added with a default)");
  }

  @Test
  void aConversionThatKeepsValuesIsNotTold() {
    assertThat(retyped(INT, BIGINT, PLAIN)).isEmpty();
    assertThat(retyped(BIGINT, INT, PLAIN)).isEmpty();
    assertThat(retyped(new PgType.Base(1043, "character varying", 14), TEXT, NONE)).isEmpty();
    assertThat(retyped(numeric(8, 2), numeric(12, 4), PLAIN)).isEmpty();
    assertThat(retyped(labels("a"), labels("b", "a"), NONE)).isEmpty();
    assertThat(
            retyped(
                new PgType.Array(1, "integer[]", INT, 1),
                new PgType.Array(2, "bigint[]", BIGINT, 1),
                PLAIN))
        .isEmpty();
  }

  @Test
  void aConversionThatMayChangeValuesIs() {
    assertThat(retyped(TEXT, INT, PLAIN)).containsExactly("a (was of type text)");
    assertThat(retyped(INT, BIGINT, BY_EXPRESSION)).containsExactly("a (was of type integer)");
    assertThat(retyped(INT, INT, BY_EXPRESSION))
        .containsExactly("a column of the same type as before");
    assertThat(retyped(numeric(8, 4), numeric(12, 2), PLAIN)).hasSize(1);
    assertThat(retyped(labels("a", "b"), labels("a", "c"), NONE)).hasSize(1);
  }
}
