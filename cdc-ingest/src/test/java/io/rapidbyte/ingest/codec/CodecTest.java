package io.rapidbyte.ingest.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.rapidbyte.ingest.catalog.TypeCatalog;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchRows;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.type.ArrowJson;
import io.rapidbyte.schemas.type.ArrowTypes;
import io.rapidbyte.schemas.type.Bytes;
import io.rapidbyte.schemas.type.ColumnWriter;
import io.rapidbyte.schemas.type.ColumnWriters;
import io.rapidbyte.schemas.type.CopyWriter;
import io.rapidbyte.schemas.type.CopyWriters;
import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.schemas.type.PgTypes;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Every type and edge value through COPY, in both formats, into Arrow and back. */
class CodecTest {
  private static final Path GOLDEN = Golden.FILE;
  private static EmbeddedPostgres postgres;
  private static Connection connection;
  private static BufferAllocator allocator;

  @BeforeAll
  static void start() throws SQLException {
    allocator = new RootAllocator();
    postgres = EmbeddedPostgres.start();
    connection = postgres.connect();
    for (var setting : ArrowTypes.SESSION_SETTINGS.entrySet()) {
      sql("SET " + setting.getKey() + " = '" + setting.getValue() + "'");
    }
    for (String statement : TypeCase.PRELUDE) {
      sql(statement);
    }
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
    postgres.close();
    allocator.close();
  }

  @Test
  void binaryAndTextGiveTheArrowValuesOfTheGoldenFile() throws Exception {
    StringBuilder rendered = new StringBuilder();
    for (TypeCase typeCase : TypeCase.all()) {
      Column column = create(typeCase);
      List<String> text = values(column, CopyText.text(copyOut("SELECT v FROM t", "text")), false);
      if (ArrowTypes.decodesBinary(column.type())) {
        var binary = values(column, CopyText.binary(copyOut("SELECT v FROM t", "binary")), true);
        assertThat(binary).as(typeCase.title()).isEqualTo(text);
      }
      render(typeCase, column, text, rendered);
    }
    Path actual = Path.of("target/types.golden");
    Files.writeString(actual, rendered);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(GOLDEN, rendered);
    }
    assertThat(rendered.toString())
        .as("%s, or write it anew with -Dgolden.update=true, against %s", actual, GOLDEN)
        .isEqualTo(Files.readString(GOLDEN));
  }

  @Test
  void everyValueReturnsToPostgresAsItWas() throws Exception {
    for (TypeCase typeCase : TypeCase.all()) {
      if (!typeCase.as().isEmpty()) {
        continue;
      }
      Column column = create(typeCase);
      boolean binary = ArrowTypes.decodesBinary(column.type());
      List<Optional<byte[]>> rows =
          binary
              ? CopyText.binary(copyOut("SELECT v FROM t", "binary"))
              : CopyText.text(copyOut("SELECT v FROM t", "text"));
      try (VectorSchemaRoot root = root(column)) {
        List<Integer> written = write(column, root, rows, binary);
        sendBack(root);
        assertThat(lines(copyOut("SELECT v::" + ddl(root) + " FROM back", "text")))
            .as(typeCase.title())
            .isEqualTo(
                withoutBounds(
                    root, lines(copyOut(originals(typeCase, ddl(root), written), "text"))));
      }
    }
  }

  @Test
  void copiedRowsAreTheRows() throws Exception {
    for (TypeCase typeCase : TypeCase.all()) {
      Column column = create(typeCase);
      var rows = CopyText.text(copyOut("SELECT v FROM t", "text"));
      try (VectorSchemaRoot root = root(column)) {
        int count = write(column, root, rows, false).size();
        int[] backwards = IntStream.range(0, 2 * count).map(i -> count - 1 - i % count).toArray();
        List<String> values = render(root.getVector(0));
        try (VectorSchemaRoot copy = BatchRows.copy(root, backwards, allocator);
            VectorSchemaRoot read =
                ArrowIpc.read(ArrowIpc.write(copy), allocator, Long.MAX_VALUE)) {
          assertThat(render(read.getVector(0)))
              .as(typeCase.title())
              .isEqualTo(IntStream.of(backwards).mapToObj(values::get).toList());
        }
      }
    }
  }

  @Test
  void floatsPrintAsPostgresPrintsThem() throws Exception {
    sql("DROP TABLE IF EXISTS t");
    sql(
        "CREATE TABLE t AS SELECT point(x, -x) AS v FROM ("
            + "SELECT random() * pow(10, (random() * 80 - 40)::int) FROM generate_series(1, 2000)"
            + " UNION ALL SELECT pow(2::float8, i) FROM generate_series(-1074, 1023) i"
            + " UNION ALL SELECT 1 / i::float8 FROM generate_series(1, 2000) i"
            + " UNION ALL SELECT (random() * 1e9)::int / 1000.0 FROM generate_series(1, 2000)"
            + ") s(x)");
    Column column = column("");
    assertThat(values(column, CopyText.binary(copyOut("SELECT v FROM t", "binary")), true))
        .isEqualTo(values(column, CopyText.text(copyOut("SELECT v FROM t", "text")), false));
  }

  @Test
  void aRowTakenBackLeavesNoTrace() throws Exception {
    for (TypeCase typeCase : TypeCase.all()) {
      Column column = create(typeCase);
      var rows = CopyText.text(copyOut("SELECT v FROM t", "text"));
      try (VectorSchemaRoot once = root(column);
          VectorSchemaRoot twice = root(column)) {
        write(column, once, rows, false);
        FieldVector vector = twice.getVector(0);
        ColumnWriter writer = ColumnWriters.of(column, vector);
        int row = 0;
        for (Optional<byte[]> value : rows) {
          for (Optional<byte[]> wrong : rows) {
            accepts(writer, row, wrong, false);
            accepts(writer, row + 1, wrong, false);
          }
          writer.none(row + 1);
          writer.none(row);
          if (accepts(writer, row, value, false)) {
            row++;
          } else {
            writer.none(row);
          }
        }
        twice.setRowCount(row);
        assertThat(render(vector)).as(typeCase.title()).isEqualTo(render(once.getVector(0)));
        ArrowIpc.read(ArrowIpc.write(twice), allocator, Long.MAX_VALUE).close();
      }
    }
  }

  private static Column create(TypeCase typeCase) throws SQLException {
    sql("DROP TABLE IF EXISTS t");
    sql("CREATE TABLE t (v " + typeCase.type() + ")");
    for (String value : typeCase.values()) {
      sql("INSERT INTO t VALUES (" + value + ")");
    }
    sql("INSERT INTO t VALUES (NULL)");
    return column(typeCase.as());
  }

  private static Column column(String as) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT atttypid, atttypmod, attndims FROM pg_attribute"
                    + " WHERE attrelid = 't'::regclass AND attnum = 1")) {
      found.next();
      PgType type =
          new TypeCatalog(connection)
              .type((int) found.getLong(1), found.getInt(2), found.getInt(3));
      return new Column("v", type, true, 1, as.isEmpty() ? null : as);
    }
  }

  private static VectorSchemaRoot root(Column column) {
    return VectorSchemaRoot.create(new Schema(List.of(ArrowTypes.field(column))), allocator);
  }

  /** Each row's value as JSON, or the code of its refusal; through the bytes of a batch. */
  private static List<String> values(Column column, List<Optional<byte[]>> rows, boolean binary)
      throws IOException {
    List<String> refusals = new ArrayList<>();
    try (VectorSchemaRoot root = root(column)) {
      ColumnWriter writer = ColumnWriters.of(column, root.getVector(0));
      for (int row = 0; row < rows.size(); row++) {
        refusals.add(refusal(writer, row, rows.get(row), binary));
      }
      root.setRowCount(rows.size());
      try (VectorSchemaRoot copy = ArrowIpc.read(ArrowIpc.write(root), allocator, Long.MAX_VALUE)) {
        List<String> values = render(copy.getVector(0));
        for (int row = 0; row < rows.size(); row++) {
          if (!refusals.get(row).isEmpty()) {
            values.set(row, refusals.get(row));
          }
        }
        return values;
      }
    }
  }

  private static String refusal(
      ColumnWriter writer, int row, Optional<byte[]> value, boolean binary) {
    try {
      value.ifPresent(
          bytes -> {
            byte[] shifted = new byte[bytes.length + 3];
            System.arraycopy(bytes, 0, shifted, 2, bytes.length);
            if (binary) {
              writer.binary(row, shifted, 2, bytes.length);
            } else {
              writer.text(row, shifted, 2, bytes.length);
            }
          });
      return "";
    } catch (RapidbyteException e) {
      writer.none(row);
      return e.error().code();
    }
  }

  private static boolean accepts(
      ColumnWriter writer, int row, Optional<byte[]> value, boolean binary) {
    return refusal(writer, row, value, binary).isEmpty();
  }

  /** Writes what can be held, row behind row; returns which rows these were. */
  private static List<Integer> write(
      Column column, VectorSchemaRoot root, List<Optional<byte[]>> rows, boolean binary) {
    ColumnWriter writer = ColumnWriters.of(column, root.getVector(0));
    List<Integer> written = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if (accepts(writer, written.size(), rows.get(i), binary)) {
        written.add(i);
      }
    }
    root.setRowCount(written.size());
    return written;
  }

  private static List<String> render(FieldVector vector) throws IOException {
    List<String> values = new ArrayList<>();
    for (int row = 0; row < vector.getValueCount(); row++) {
      StringWriter out = new StringWriter();
      try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
        ArrowJson.write(vector, row, json);
      }
      values.add(out.toString());
    }
    return values;
  }

  private static void render(
      TypeCase typeCase, Column column, List<String> values, StringBuilder out) {
    var field = ArrowTypes.field(column);
    out.append("## ").append(typeCase.title()).append("\n");
    out.append("arrow: ").append(field.getType()).append(field.getChildren()).append("\n");
    out.append("postgres: ").append(PgTypes.ddl(field));
    out.append(PgTypes.writesBinary(field) ? "" : ", staged as text");
    out.append(ArrowTypes.decodesBinary(column.type()) ? "\n" : ", fetched as text\n");
    for (int i = 0; i < values.size(); i++) {
      String literal = i < typeCase.values().size() ? typeCase.values().get(i) : "NULL";
      String value = values.get(i);
      out.append(literal).append(" → ");
      out.append(Golden.shortened(value)).append("\n");
    }
    out.append("\n");
  }

  private static String ddl(VectorSchemaRoot root) {
    return PgTypes.ddl(root.getVector(0).getField());
  }

  private static void sendBack(VectorSchemaRoot root) throws SQLException, IOException {
    boolean binary = PgTypes.writesBinary(root.getVector(0).getField());
    sql("DROP TABLE IF EXISTS back");
    sql("CREATE TABLE back (v " + (binary ? ddl(root) : "text") + ")");
    Bytes out = new Bytes(16);
    out.ascii("PGCOPY\n").put(0xff).put('\r').put('\n').put(0).int32(0).int32(0);
    CopyWriter writer = CopyWriters.of(root.getVector(0));
    for (int row = 0; row < root.getRowCount(); row++) {
      out.int16(1);
      writer.write(row, out);
    }
    out.int16(-1);
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(
            "COPY back FROM STDIN (FORMAT binary)", new ByteArrayInputStream(out.toByteArray()));
  }

  /** The source's rows that could be held; types the destination has not are compared as text. */
  private static String originals(TypeCase typeCase, String ddl, List<Integer> written) {
    List<String> rows = new ArrayList<>();
    for (int i : written) {
      String value = i < typeCase.values().size() ? typeCase.values().get(i) : "NULL";
      rows.add("((" + value + ")::" + typeCase.type() + ")");
    }
    String cast = ddl.startsWith("text") ? "::" + ddl : "";
    return "SELECT v" + cast + " FROM (VALUES " + String.join(", ", rows) + ") s(v)";
  }

  /** Where a list's index begins is not kept. */
  private static List<String> withoutBounds(VectorSchemaRoot root, List<String> lines) {
    return root.getVector(0) instanceof ListVector
        ? lines.stream().map(line -> line.replaceFirst("^(\\[\\d+:\\d+])+=", "")).toList()
        : lines;
  }

  private static List<String> lines(byte[] copied) {
    return List.of(new String(copied, UTF_8).split("\n"));
  }

  private static byte[] copyOut(String query, String format) throws SQLException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut("COPY (" + query + ") TO STDOUT (FORMAT " + format + ")", out);
    return out.toByteArray();
  }

  private static void sql(String statement) throws SQLException {
    try (Statement call = connection.createStatement()) {
      call.execute(statement);
    }
  }
}
