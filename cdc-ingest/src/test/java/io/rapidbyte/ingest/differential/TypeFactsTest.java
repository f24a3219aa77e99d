package io.rapidbyte.ingest.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidbyte.ingest.codec.TypeCase;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.type.ArrowTypes;
import io.rapidbyte.testkit.postgres.SharedPostgres;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.workload.Operation;
import io.rapidbyte.testkit.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/**
 * What is known of every type, as a file that people and the page about types read: its Arrow field
 * and how the two readers differ. {@code -Dgolden.update=true} writes it anew.
 */
class TypeFactsTest {
  private static final Path FILE =
      Path.of(System.getProperty("rapidbyte.root", ".."), "docs", "types.json");
  private static final int NEWEST = 18;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void theFileSaysWhatTheTypesAre() throws Exception {
    String now = lines(facts());
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(FILE, now);
    }
    assertThat(Files.readString(FILE))
        .as("%s is stale: -Dgolden.update=true writes it anew", FILE)
        .isEqualTo(now);
  }

  /** A line for each thing, so that people can read what has changed. */
  private static String lines(ObjectNode facts) {
    StringBuilder text = new StringBuilder("{");
    for (Map.Entry<String, JsonNode> list : facts.properties()) {
      text.append(text.length() > 1 ? ",\n\"" : "\n\"").append(list.getKey()).append("\": [");
      String separator = "\n";
      for (JsonNode one : list.getValue()) {
        text.append(separator).append(one);
        separator = ",\n";
      }
      text.append("\n]");
    }
    return text.append("\n}\n").toString();
  }

  private static ObjectNode facts() throws Exception {
    ObjectNode root = JSON.createObjectNode();
    TypeCase.PRELUDE.forEach(root.putArray("definitions")::add);
    ArrayNode facts = root.putArray("types");
    try (TestDatabase database = SharedPostgres.database();
        Connection connection = database.connect()) {
      database.execute(TypeCase.PRELUDE.toArray(String[]::new));
      Set<String> types = new LinkedHashSet<>();
      TypeCase.all().stream().filter(c -> c.as().isEmpty()).forEach(c -> types.add(c.type()));
      for (String type : types) {
        ObjectNode fact = facts.addObject().put("type", type);
        Column column = new Column("v", TypeTables.type(connection, type), true, 1, null);
        Schema schema = new Schema(List.of(ArrowTypes.field(column)));
        fact.set("arrow", JSON.readTree(schema.toJson()));
        fact.put("binary", ArrowTypes.decodesBinary(column.type()));
        differences(fact, "type " + type);
      }
    }
    ArrayNode operations = root.putArray("operations");
    for (Operation operation : Workload.operations(NEWEST)) {
      ObjectNode fact = operations.addObject().put("operation", operation.name());
      fact.put("since", operation.since());
      differences(fact, operation.name());
    }
    return root;
  }

  private static void differences(ObjectNode fact, String operation) {
    ArrayNode differences = fact.putArray("differences");
    for (KnownDifference known : KnownDifference.all()) {
      if (known.operation().matcher(operation).matches()) {
        differences
            .addObject()
            .put("right", known.right().name().toLowerCase(Locale.ROOT))
            .put("why", known.why());
      }
    }
  }
}
