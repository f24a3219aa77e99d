package io.rapidbyte.sink.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidbyte.schemas.type.PgTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/**
 * The page about types is made of what the source's tests have found out of each ({@code
 * docs/types.json}) and of what destinations make of it. {@code -Dgolden.update=true} writes it
 * anew.
 */
class TypesPageTest {
  private static final Path DOCS = Path.of(System.getProperty("rapidbyte.root", ".."), "docs");
  private static final Path PAGE = DOCS.resolve("types.md");

  /** Sentences that begin with its name are of the peer. */
  private static final String OF_PEER = " ?Debezium('s)? .*";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HEAD =
      """
      # Types

      What a value of each Postgres type becomes on its way. This page is written by tests, from values at the edges of every type that went through Postgres, the log and Kafka; it fails the build when it is not true any more.

      - **Arrow** is what stands in the topic, **DuckDB** and **Postgres** what the destinations make of it.
      - **Kept**: everything, or what is not. A *refused* value does not arrive altered: its row is a dead letter that says why.
      - **Read as text** names the types whose binary form says less than their text; a stream with such a column is read as text, all others in binary. Both give the same values, copied or streamed.
      - Any other extension's type, PostGIS and pgvector among them, is text as the server prints it (`OtherExtensionsTest`, which skips an extension that the server does not come with).

      """;
  private static final String PEER =
      """

      ## Against Debezium

      The same seeded workload, of every type above and of more than seventy kinds of statements, is read by this source and by Debezium 3.6.1 (with the settings that lose least: `decimal.handling.mode=string`, `interval.handling.mode=string`, `include.unknown.datatypes=true`, `hstore.handling.mode=map`), on PostgreSQL 14 to 18. Each value is compared, and the text that Postgres prints for it is the judge. These are all differences; one that is not in this list fails the test. A domain over an enum anywhere in the database keeps Debezium's connector from starting; that type is compared with the judge alone.

      | Types | Right | What happens |
      |---|---|---|
      """;
  private static final String OPERATIONS =
      """

      ## What was done

      Besides random inserts, updates, key changes, deletes, truncates and savepoints over few keys. Blocks of all of these are written interleaved, and the order over all tables is compared too. Where the readers differ, the word before the colon says who is right.

      | Operation | Native source and Debezium |
      |---|---|
      """;

  @Test
  void thePageSaysWhatTheTypesAre() throws Exception {
    String now = page(JSON.readTree(DOCS.resolve("types.json").toFile()));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, now);
    }
    assertThat(Files.readString(PAGE))
        .as("%s is stale: -Dgolden.update=true writes it anew", PAGE)
        .isEqualTo(now);
  }

  @Test
  void bothDestinationsHaveTheTypes() throws Exception {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duckdb.createStatement()) {
      for (JsonNode fact : JSON.readTree(DOCS.resolve("types.json").toFile()).get("types")) {
        sql.execute("SELECT CAST(NULL AS " + DuckDbTypes.sql(field(fact)) + ")");
      }
    }
  }

  private static Field field(JsonNode fact) throws IOException {
    return Schema.fromJSON(fact.get("arrow").toString()).getFields().getFirst();
  }

  private static String page(JsonNode root) throws IOException {
    JsonNode facts = root.get("types");
    StringBuilder page = new StringBuilder(HEAD);
    page.append(
        "%d types and %d operations besides random ones are compared. The types that are not Postgres's own are:%n%n```sql%n"
            .formatted(facts.size(), root.get("operations").size()));
    root.get("definitions").forEach(sql -> page.append(sql.asText()).append(";\n"));
    page.append("```\n\n");
    page.append("| Type | Arrow | DuckDB | Postgres | Kept |\n|---|---|---|---|---|\n");
    Map<String, List<String>> differences = new LinkedHashMap<>();
    List<String> text = new ArrayList<>();
    for (JsonNode fact : facts) {
      String type = "`" + fact.get("type").asText() + "`";
      Field field = field(fact);
      List<String> lost = new ArrayList<>();
      for (JsonNode difference : fact.get("differences")) {
        String right = difference.get("right").asText();
        String why = difference.get("why").asText();
        differences
            .computeIfAbsent(right(right) + " | " + why, absent -> new ArrayList<>())
            .add(type);
        if (right.equals("theirs") || right.equals("neither")) {
          lost.add(why.replaceAll(OF_PEER, ""));
        }
      }
      if (!fact.get("binary").asBoolean()) {
        text.add(type);
      }
      page.append(
          "| %s | %s | `%s` | `%s` | %s |%n"
              .formatted(
                  type,
                  arrow(field),
                  DuckDbTypes.sql(field),
                  PgTypes.ddl(field),
                  lost.isEmpty() ? "everything" : String.join(" ", lost)));
    }
    page.append("\nRead as text: ").append(String.join(", ", text)).append(".\n").append(PEER);
    differences.forEach(
        (rest, types) ->
            page.append("| ")
                .append(String.join(", ", types))
                .append(" | ")
                .append(rest)
                .append(" |\n"));
    page.append(OPERATIONS);
    for (JsonNode fact : root.get("operations")) {
      List<String> notes = new ArrayList<>();
      for (JsonNode difference : fact.get("differences")) {
        notes.add(right(difference.get("right").asText()) + ": " + difference.get("why").asText());
      }
      int since = fact.get("since").asInt();
      page.append(
          "| %s%s | %s |%n"
              .formatted(
                  fact.get("operation").asText(),
                  since == 0 ? "" : " (PostgreSQL " + since + ")",
                  notes.isEmpty() ? "the same" : String.join(" ", notes)));
    }
    return page.toString();
  }

  private static String right(String right) {
    return switch (right) {
      case "ours" -> "Rapidbyte";
      case "theirs" -> "Debezium";
      case "both" -> "both";
      default -> "neither";
    };
  }

  /** As the specification names it. */
  private static String arrow(Field field) {
    String extension = DuckDbTypes.extension(field);
    String name =
        switch (field.getType()) {
          case ArrowType.Int type -> (type.getIsSigned() ? "Int" : "UInt") + type.getBitWidth();
          case ArrowType.FloatingPoint type ->
              switch (type.getPrecision()) {
                case HALF -> "Float16";
                case SINGLE -> "Float32";
                case DOUBLE -> "Float64";
              };
          case ArrowType.Decimal type ->
              "Decimal128(%d, %d)".formatted(type.getPrecision(), type.getScale());
          case ArrowType.Date type -> "Date32";
          case ArrowType.Time type -> "Time64(µs)";
          case ArrowType.Timestamp type ->
              type.getTimezone() == null ? "Timestamp(µs)" : "Timestamp(µs, UTC)";
          case ArrowType.Interval type -> "Interval(MonthDayNano)";
          case ArrowType.FixedSizeBinary type ->
              "FixedSizeBinary(%d)".formatted(type.getByteWidth());
          case ArrowType.List type -> "List<" + arrow(field.getChildren().getFirst()) + ">";
          case ArrowType.Map type -> "Map<Utf8, Utf8>";
          case ArrowType.Struct type ->
              field.getChildren().stream()
                  .map(child -> child.getName() + ": " + arrow(child))
                  .collect(Collectors.joining(", ", "Struct<", ">"));
          case ArrowType type -> type.getTypeID().name();
        };
    return extension.isEmpty() ? name : name + " `" + extension + "`";
  }
}
