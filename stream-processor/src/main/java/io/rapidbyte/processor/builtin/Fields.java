package io.rapidbyte.processor.builtin;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.type.ArrowTypes;
import io.rapidbyte.schemas.type.PgType;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Fields that transforms make. */
final class Fields {
  static final PgType.Base TEXT = new PgType.Base(25, "text", -1);

  private Fields() {}

  /** The same field under another name. */
  static Field named(Field field, String name) {
    return new Field(name, field.getFieldType(), field.getChildren());
  }

  /** The field of the type for what another one holds. */
  static Field typed(Field from, PgType type) {
    return ArrowTypes.field(new Column(from.getName(), type, isNullable(from), number(from), null));
  }

  /** A column of another type in the place of one. */
  static Column cast(Field from, String as) {
    return new Column(from.getName(), TEXT, isNullable(from), number(from), as);
  }

  /** A column that the source does not have. */
  static Field added(String name, PgType type) {
    Field field = ArrowTypes.field(new Column(name, type, true, 0, null));
    Map<String, String> metadata = new TreeMap<>(field.getMetadata());
    metadata.remove(BatchColumns.META_PG_ATTNUM);
    return new Field(
        name, new FieldType(true, field.getType(), null, metadata), field.getChildren());
  }

  private static boolean isNullable(Field field) {
    return !"false".equals(field.getMetadata().get(BatchColumns.META_PG_NULLABLE));
  }

  private static int number(Field field) {
    String number = field.getMetadata().get(BatchColumns.META_PG_ATTNUM);
    return number == null ? 0 : Integer.parseInt(number);
  }
}
