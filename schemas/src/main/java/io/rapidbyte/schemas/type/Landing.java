package io.rapidbyte.schemas.type;

import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A field's type in a Postgres destination.
 *
 * @param ddl the type with its typmod
 * @param type what is written: a type whose binary form we write, or text
 * @param binary whether what is written is the binary form of {@code ddl}, not text to be cast
 */
record Landing(String ddl, BaseType type, boolean binary) {
  private static final Landing TEXT = new Landing("text", BaseType.TEXT, true);
  private static final String ARRAY = "[]";

  static Landing of(Field field) {
    String name = metadata(field, BatchColumns.META_PG_TYPE);
    int typmod = typmod(field);
    if (name.isEmpty()) {
      return byArrow(field);
    }
    if (name.endsWith(ARRAY)) {
      return array(field, name, typmod);
    }
    BaseType base = BaseType.of(name);
    if (isOurs(base, name, typmod, field)) {
      return known(base, name, typmod);
    }
    return field.getType() instanceof ArrowType.Utf8 || isNested(field) || !base.builtIn()
        ? TEXT
        : byArrow(field);
  }

  private static boolean isNested(Field field) {
    return !field.getChildren().isEmpty();
  }

  /** Whether the field still has the Arrow type that the source's type becomes. */
  private static boolean isOurs(BaseType base, String name, int typmod, Field field) {
    return base.builtIn()
        && ArrowTypes.arrowType(new PgType.Base(0, name, typmod)).equals(field.getType());
  }

  private static Landing known(BaseType base, String name, int typmod) {
    return switch (base) {
      case TEXT_ONLY -> name.startsWith("reg") || name.equals("aclitem") ? TEXT : cast(name);
      case CHAR -> cast(base.catalogName());
      default -> {
        String ddl = Typmods.ddl(base, typmod);
        yield BinaryOids.of(base) == 0
            ? new Landing(ddl, BaseType.TEXT, false)
            : new Landing(ddl, base, true);
      }
    };
  }

  private static Landing cast(String ddl) {
    return new Landing(ddl, BaseType.TEXT, false);
  }

  private static Landing array(Field field, String name, int typmod) {
    if (field.getType() instanceof ArrowType.List) {
      return list(field);
    }
    String element = name.substring(0, name.length() - ARRAY.length());
    BaseType base = BaseType.of(element);
    return cast((base.builtIn() ? known(base, element, typmod).ddl() : TEXT.ddl()) + ARRAY);
  }

  private static Landing list(Field field) {
    Landing element = of(field.getChildren().get(0));
    return new Landing(
        element.ddl() + ARRAY,
        element.binary() ? element.type() : BaseType.TEXT,
        element.binary() && !element.ddl().endsWith(ARRAY));
  }

  private static Landing byArrow(Field field) {
    return switch (field.getType()) {
      case ArrowType.Bool t -> known(BaseType.BOOL, "boolean", -1);
      case ArrowType.Int t -> integer(t);
      case ArrowType.FloatingPoint t ->
          switch (t.getPrecision()) {
            case SINGLE -> known(BaseType.FLOAT4, "real", -1);
            case DOUBLE -> known(BaseType.FLOAT8, "double precision", -1);
            case HALF -> throw unsupported(field);
          };
      case ArrowType.Decimal t when t.getBitWidth() == 128 && t.getScale() >= 0 ->
          known(
              BaseType.NUMERIC,
              "numeric",
              new NumericTypmod(t.getPrecision(), t.getScale()).typmod());
      case ArrowType.Utf8 t -> TEXT;
      case ArrowType.Binary t -> known(BaseType.BYTEA, "bytea", -1);
      case ArrowType.List t -> list(field);
      case ArrowType.Struct t -> TEXT;
      case ArrowType.Map t -> TEXT;
      case ArrowType.FixedSizeList t -> TEXT;
      default -> byExample(field);
    };
  }

  /** Types that one Postgres type alone becomes. */
  private static Landing byExample(Field field) {
    for (BaseType base :
        new BaseType[] {
          BaseType.DATE,
          BaseType.TIME,
          BaseType.TIMESTAMP,
          BaseType.TIMESTAMPTZ,
          BaseType.INTERVAL,
          BaseType.UUID
        }) {
      String name = base.catalogName();
      if (isOurs(base, name, -1, field)) {
        return known(base, name, -1);
      }
    }
    throw unsupported(field);
  }

  private static Landing integer(ArrowType.Int type) {
    int bits = type.getBitWidth() + (type.getIsSigned() ? 0 : 1);
    if (bits <= 16) {
      return known(BaseType.INT2, "smallint", -1);
    }
    if (bits <= 32) {
      return known(BaseType.INT4, "integer", -1);
    }
    return bits <= 64
        ? known(BaseType.INT8, "bigint", -1)
        : known(BaseType.NUMERIC, "numeric", new NumericTypmod(20, 0).typmod());
  }

  private static RapidbyteException unsupported(Field field) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.SCHEMA,
            Scope.STREAM,
            "schema/unsupported-arrow-type",
            "column " + field.getName() + " is of the Arrow type " + field.getType(),
            "have the transform write a type of the user guide's table of types"));
  }

  static String metadata(Field field, String key) {
    Map<String, String> metadata = field.getMetadata();
    return metadata == null ? "" : metadata.getOrDefault(key, "");
  }

  private static int typmod(Field field) {
    String text = metadata(field, BatchColumns.META_PG_TYPMOD);
    try {
      return text.isEmpty() ? -1 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
