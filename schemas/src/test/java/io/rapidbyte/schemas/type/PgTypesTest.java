package io.rapidbyte.schemas.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.Column;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

class PgTypesTest {
  private static Field plain(ArrowType type) {
    return new Field("c", FieldType.nullable(type), null);
  }

  @Test
  void aFieldWithoutAPostgresTypeGoesByItsArrowType() {
    assertThat(PgTypes.ddl(plain(new ArrowType.Int(64, false)))).isEqualTo("numeric(20,0)");
    assertThat(PgTypes.ddl(plain(new ArrowType.Int(32, false)))).isEqualTo("bigint");
    assertThat(PgTypes.ddl(plain(new ArrowType.Int(8, true)))).isEqualTo("smallint");
    assertThat(PgTypes.ddl(plain(new ArrowType.Decimal(12, 3, 128)))).isEqualTo("numeric(12,3)");
    assertThat(PgTypes.ddl(plain(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"))))
        .isEqualTo("timestamp with time zone");
    assertThat(PgTypes.ddl(BatchColumns.UNCHANGED_FIELD)).isEqualTo("integer[]");
  }

  @Test
  void aFieldWhoseArrowTypeNoLongerFitsGoesByItsArrowType() {
    Field masked =
        new Field(
            "c",
            new FieldType(
                true,
                ArrowType.Utf8.INSTANCE,
                null,
                Map.of(BatchColumns.META_PG_TYPE, "integer", BatchColumns.META_PG_TYPMOD, "-1")),
            null);
    assertThat(PgTypes.ddl(masked)).isEqualTo("text");
    assertThat(PgTypes.writesBinary(masked)).isTrue();
  }

  @Test
  void anArrowTypeThatPostgresHasNotIsRefused() {
    assertThatThrownBy(() -> PgTypes.ddl(plain(new ArrowType.Duration(TimeUnit.SECOND))))
        .isInstanceOf(RapidbyteException.class)
        .hasMessageContaining("schema/unsupported-arrow-type");
  }

  @Test
  void anUnknownOverrideIsAConfigErrorThatNamesTheChoices() {
    for (String as : List.of("decimal(39,0)", "decimal(5,6)", "decimal(0)", "blob", "")) {
      Column column = new Column("c", new PgType.Base(23, "integer", -1), true, 1, as);
      assertThatThrownBy(() -> ArrowTypes.field(column))
          .as(as)
          .isInstanceOf(RapidbyteException.class)
          .hasMessageContaining("write one of decimal(p,s)");
    }
  }
}
