package io.rapidbyte.schemas.type;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.Column;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HexFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Types of extensions, by the bytes that their send functions make. */
class ExtensionTypeTest {
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  private static Column column(String type, int typmod) {
    return new Column("c", new PgType.Base(70_000, type, typmod), true, 1, null);
  }

  /** Both forms must give the same value; the text written back for Postgres is the text read. */
  private void same(Column column, String hex, String text, String json) throws IOException {
    try (FieldVector vector = ArrowTypes.field(column).createVector(allocator)) {
      ColumnWriter writer = ColumnWriters.of(column, vector);
      byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
      byte[] characters = text.getBytes(UTF_8);
      writer.binary(0, bytes, 0, bytes.length);
      writer.text(1, characters, 0, characters.length);
      vector.setValueCount(3);
      assertThat(json(vector, 0)).isEqualTo(json);
      assertThat(json(vector, 1)).isEqualTo(json);
      assertThat(vector.isNull(2)).isTrue();
      assertThat(ArrowTypes.decodesBinary(column.type())).isTrue();
      assertThat(PgTypes.ddl(vector.getField())).isEqualTo("text");
      Bytes out = new Bytes(16);
      CopyWriters.of(vector).write(0, out);
      assertThat(new String(out.array(), 4, out.length() - 4, UTF_8)).isEqualTo(text);
    }
  }

  private static String json(FieldVector vector, int row) throws IOException {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      ArrowJson.write(vector, row, json);
    }
    return out.toString();
  }

  @Test
  void hstoreIsAMap() throws IOException {
    same(
        column("hstore", -1),
        "00000002 00000001 61 00000001 31 00000003 622263 ffffffff",
        "\"a\"=>\"1\", \"b\\\"c\"=>NULL",
        "{\"a\":\"1\",\"b\\\"c\":null}");
    same(column("hstore", -1), "00000000", "", "{}");
  }

  @Test
  void aVectorIsAListOfItsDeclaredLength() throws IOException {
    same(
        column("vector", 3),
        "0003 0000 3f800000 40200000 be000000",
        "[1,2.5,-0.125]",
        "[1.0,2.5,-0.125]");
    same(column("vector", -1), "0001 0000 3f800000", "[1]", "[1.0]");
  }

  @Test
  void aVectorOfAnotherLengthIsRefused() {
    Column column = column("vector", 3);
    try (FieldVector vector = ArrowTypes.field(column).createVector(allocator)) {
      byte[] two = HexFormat.of().parseHex("000200003f8000003f800000");
      assertThatThrownBy(() -> ColumnWriters.of(column, vector).binary(0, two, 0, two.length))
          .isInstanceOf(RapidbyteException.class)
          .hasMessageContaining("2 numbers instead of 3");
    }
  }

  @Test
  void geometryIsItsWellKnownBytes() throws IOException {
    String point = "0101000020E6100000000000000000F03F0000000000000040";
    same(column("geometry", -1), point, point, "\"AQEAACDmEAAAAAAAAAAA8D8AAAAAAAAAQA==\"");
  }

  @Test
  void ltreeLosesItsVersionByte() throws IOException {
    same(column("ltree", -1), "01 612e62", "a.b", "\"a.b\"");
  }

  @Test
  void citextIsText() throws IOException {
    same(column("citext", -1), "416263", "Abc", "\"Abc\"");
  }

  @Test
  void aUsersTypeNamedAsABuiltInOneIsNotTakenForIt() {
    PgType mine = new PgType.Base(70_000, "date", -1);
    assertThat(ArrowTypes.decodesBinary(mine)).isFalse();
    Column column = new Column("c", mine, true, 1, null);
    assertThat(ArrowTypes.field(column).getType()).hasToString("Utf8");
    assertThat(PgTypes.ddl(ArrowTypes.field(column))).isEqualTo("text");
  }
}
