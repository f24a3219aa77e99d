package io.rapidbyte.schemas.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.stream.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Bytes that are no value of a type, or nearly one, are refused as data, and leave a sound batch.
 */
class HostileValueTest {
  private static final int ROUNDS = 400;
  private final BufferAllocator allocator = new RootAllocator(256 << 20);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  private static List<PgType> types() {
    List<PgType> types = new ArrayList<>();
    for (BaseType base : BaseType.values()) {
      if (base != BaseType.UNKNOWN) {
        types.add(new PgType.Base(base.builtIn() ? 1 : 70_000, base.catalogName(), -1));
      }
    }
    types.add(new PgType.Base(1700, "numeric", new NumericTypmod(10, 2).typmod()));
    types.add(new PgType.Base(1700, "numeric", new NumericTypmod(38, 38).typmod()));
    types.add(new PgType.Base(70_001, "vector", 3));
    types.add(new PgType.Enumeration(70_002, "mood", List.of("sad")));
    List<PgType> all = new ArrayList<>(types);
    for (PgType type : types) {
      all.add(new PgType.Array(70_003, type.name() + "[]", type, 1));
      all.add(new PgType.Array(70_003, type.name() + "[]", type, 2));
      all.add(
          new PgType.Composite(
              70_004,
              "pair",
              List.of(
                  new PgType.Attribute("a", type),
                  new PgType.Attribute("b", new PgType.Array(1, "text[]", text(), 1)))));
    }
    return all;
  }

  private static PgType text() {
    return new PgType.Base(25, "text", -1);
  }

  @Test
  void randomBytesAreAValueOrADataError() {
    for (PgType type : types()) {
      Column column = new Column("c", type, true, 1, null);
      try (VectorSchemaRoot root =
          VectorSchemaRoot.create(new Schema(List.of(ArrowTypes.field(column))), allocator)) {
        fill(column, root);
        ArrowIpc.read(ArrowIpc.write(root), allocator, Long.MAX_VALUE).close();
        copyBack(root);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(type.toString(), e);
      }
    }
  }

  private static void fill(Column column, VectorSchemaRoot root) {
    ColumnWriter writer = ColumnWriters.of(column, root.getVector(0));
    int row = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      boolean binary = random.nextBoolean();
      byte[] value = binary ? bytes(random) : characters(random);
      try {
        if (binary) {
          writer.binary(row, value, 0, value.length);
        } else {
          writer.text(row, value, 0, value.length);
        }
        row++;
      } catch (RapidbyteException e) {
        assertThat(e.error().category()).isEqualTo(Category.DATA);
        assertThat(e.error().scope()).isEqualTo(Scope.RECORD);
        writer.none(row);
      }
    }
    root.setRowCount(row);
  }

  private static void copyBack(VectorSchemaRoot root) {
    Bytes out = new Bytes(1024);
    CopyWriter writer = CopyWriters.of(root.getVector(0));
    for (int row = 0; row < root.getRowCount(); row++) {
      writer.write(row, out.reset());
    }
  }

  /** Small numbers, so that counts and lengths are often plausible. */
  private static byte[] bytes(Random random) {
    byte[] value = new byte[random.nextInt(random.nextBoolean() ? 10 : 70)];
    for (int i = 0; i < value.length; i++) {
      value[i] =
          (byte)
              switch (random.nextInt(6)) {
                case 0 -> random.nextInt(6);
                case 1 -> random.nextInt();
                case 2 -> 0xff;
                default -> 0;
              };
    }
    return value;
  }

  private static byte[] characters(Random random) {
    String alphabet = "0123456789-+.:,;{}()[]<>=\"\\ NULLinfinityBCdaysx\u00e9tfe";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(24); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString()
        .getBytes(
            random.nextInt(5) == 0
                ? java.nio.charset.StandardCharsets.ISO_8859_1
                : java.nio.charset.StandardCharsets.UTF_8);
  }
}
