package io.rapidbyte.ingest.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CopyStatementTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          new TableName("Shop", "order\"s"),
          1,
          List.of(
              new Column("id", new PgType.Base(23, "integer", -1), false, 1, null),
              new Column("Name", new PgType.Base(25, "text", -1), true, 2, null),
              new Column("price", new PgType.Base(790, "money", -1), true, 3, null)),
          List.of("id", "Name"),
          ReplicaIdentity.DEFAULT);

  private static CopyStatement statement(@Nullable String where) {
    return new CopyStatement(
        SCHEMA, Optional.ofNullable(where), column -> column.name().equals("price"));
  }

  @Test
  void copiesAPageRangeOfTheTableAlone() {
    PageRange middle = new PageRange(SCHEMA.table(), -1, 512, OptionalLong.of(1024));
    assertThat(statement(null).range(middle))
        .isEqualTo(
            """
            COPY (SELECT "id", "Name", "price"::text FROM ONLY "Shop"."order""s" \
            WHERE ctid >= '(512,0)'::tid AND ctid < '(1024,0)'::tid) TO STDOUT (FORMAT binary)\
            """);
    assertThat(statement(null).text()).containsExactly(false, false, true);
  }

  @Test
  void keepsTheConditionOnLinesOfItsOwn() {
    PageRange all = new PageRange(SCHEMA.table(), -1, 0, OptionalLong.empty());
    assertThat(statement("id > 3 OR true -- all").range(all))
        .isEqualTo(
            """
            COPY (SELECT "id", "Name", "price"::text FROM ONLY "Shop"."order""s" \
            WHERE (
            id > 3 OR true -- all
            )) TO STDOUT (FORMAT binary)\
            """);
  }

  @Test
  void bordersAChunkByWholeKeys() {
    String from = SCHEMA.table().quoted();
    assertThat(statement(null).boundary(from, Optional.empty(), 100))
        .isEqualTo(
            """
            SELECT "id"::text AS _rb_key_0, "Name"::text AS _rb_key_1 FROM "Shop"."order""s" \
            ORDER BY "id", "Name" OFFSET 99 LIMIT 1\
            """);
    assertThat(
            statement("id > 0")
                .chunk(
                    from,
                    Optional.of(List.of("1", "O'Hara")),
                    Optional.of(List.of("7", "back\\slash"))))
        .contains("(\nid > 0\n) AND (\"id\", \"Name\") > ('1', 'O''Hara')")
        .contains("(\"id\", \"Name\") <= ('7', E'back\\\\slash')");
    assertThat(
            statement(null)
                .rows(from, List.of(List.of("1", "'; DROP TABLE t;--"), List.of("2", "b"))))
        .contains("WHERE (\"id\", \"Name\") IN (('1', '''; DROP TABLE t;--'), ('2', 'b'))");
  }

  @Test
  void selectsNothingOfATableWithoutColumns() {
    StreamSchema bare =
        new StreamSchema(
            new TableName("public", "t"), 1, List.of(), List.of(), ReplicaIdentity.NOTHING);
    PageRange all = new PageRange(bare.table(), -1, 0, OptionalLong.empty());
    assertThat(new CopyStatement(bare, Optional.empty(), column -> false).range(all))
        .isEqualTo("COPY (SELECT  FROM ONLY \"public\".\"t\") TO STDOUT (FORMAT binary)");
  }
}
