package io.rapidbyte.ingest.debezium;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.ingest.decode.LogVisitor;
import io.rapidbyte.ingest.decode.Relation;
import io.rapidbyte.ingest.decode.Relation.RelationColumn;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.TableName;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where Debezium and the log disagree about a row, nobody is told of it. */
class EventVisitorTest {
  private static final int OID = 7;
  private static final String UNCHANGED = "not in the log";
  private static final Schema ROW =
      SchemaBuilder.struct()
          .field("id", Schema.OPTIONAL_STRING_SCHEMA)
          .field("v", SchemaBuilder.string().optional().defaultValue("default").build())
          .optional()
          .build();

  private static final Schema SOURCE =
      SchemaBuilder.struct().field("lsn", Schema.INT64_SCHEMA).build();
  private static final Schema EVENT =
      SchemaBuilder.struct()
          .field("op", Schema.STRING_SCHEMA)
          .field("before", ROW)
          .field("after", ROW)
          .field("source", SOURCE)
          .build();

  private final List<SourceRecord> made = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final EventVisitor visitor =
      new EventVisitor(new Events(() -> List.copyOf(made)), listener(), UNCHANGED);

  EventVisitorTest() {
    announce("id", "v");
  }

  private void announce(String... columns) {
    List<RelationColumn> all = new ArrayList<>();
    for (String column : columns) {
      all.add(new RelationColumn(column, 25, -1, column.equals("id")));
    }
    visitor.relation(new Relation(OID, new TableName("public", "t"), ReplicaIdentity.DEFAULT, all));
    told.clear();
  }

  /** Writes down every call with its rows. */
  private LogVisitor listener() {
    return (LogVisitor)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {LogVisitor.class},
            (proxy, method, arguments) -> {
              StringBuilder call = new StringBuilder(method.getName());
              for (Object argument : arguments) {
                call.append(argument instanceof Tuple row ? " " + text(row) : "");
              }
              told.add(call.toString());
              return null;
            });
  }

  private static String text(Tuple row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < row.columns(); i++) {
      values.add(
          row.kind(i) == Tuple.TEXT
              ? new String(row.bytes(), row.offset(i), row.length(i), UTF_8)
              : Character.toString(row.kind(i)));
    }
    return values.toString();
  }

  private EventVisitorTest event(
      long frame, String op, @Nullable Struct before, @Nullable Struct after) {
    Struct event = new Struct(EVENT).put("op", op).put("before", before).put("after", after);
    event.put("source", new Struct(SOURCE).put("lsn", frame));
    made.add(new SourceRecord(Map.of(), Map.of(), "t", EVENT, event));
    return this;
  }

  private static Struct row(@Nullable String id, @Nullable String v) {
    return new Struct(ROW).put("id", id).put("v", v);
  }

  /** The log's row: n is NULL, u left out, anything else a value. */
  private static Tuple wire(String... values) {
    EventRow row = new EventRow("u");
    SchemaBuilder schema = SchemaBuilder.struct();
    for (int i = 0; i < values.length; i++) {
      schema.field("c" + i, Schema.OPTIONAL_STRING_SCHEMA);
    }
    Struct struct = new Struct(schema.build());
    for (int i = 0; i < values.length; i++) {
      struct.put("c" + i, values[i].equals("n") ? null : values[i]);
    }
    row.read(struct);
    return row;
  }

  private void refuses(Runnable change, String why) {
    assertThatThrownBy(change::run).hasMessageContaining("Debezium differs from the log: " + why);
    assertThat(told).isEmpty();
  }

  private EventVisitor reading() {
    return visitor.telling(listener(), 5);
  }

  @Test
  void rowsAreDebeziumsAndPlacesAreTheLogs() {
    event(5, "c", null, row("1", null)).event(5, "u", null, row("1", UNCHANGED));
    reading().insert(OID, wire("x", "n"));
    reading().update(OID, wire("x", "u"));
    assertThat(told).containsExactly("insert [1, n]", "update [1, u]");
  }

  @Test
  void aDeleteAndAnInsertOfOneFrameAreAnUpdateOfTheKey() {
    event(5, "d", row("1", null), null).event(5, "c", null, row("2", "b"));
    reading().updateWithKey(OID, wire("x", "n"), wire("x", "x"));
    assertThat(told).containsExactly("updateWithKey [1, n] [2, b]");
  }

  @Test
  void ofOtherTablesTheLogsOwnRowIsToldWithoutDebezium() {
    visitor.telling(listener(), 0).insert(8, wire("other"));
    assertThat(told).containsExactly("insert [other]");
  }

  @Test
  void aChangeThatIsLeftOutIsMissed() {
    refuses(() -> reading().insert(OID, wire("x", "x")), "it leaves out a change");
    event(6, "c", null, row("1", "a"));
    refuses(() -> reading().insert(OID, wire("x", "x")), "it leaves out a change, or doubles one");
  }

  @Test
  void aChangeOfAnotherKindIsNotTaken() {
    event(5, "c", null, row("1", "a"));
    refuses(() -> reading().update(OID, wire("x", "x")), "a change of kind c in place of u");
  }

  @Test
  void aValueThatBecameNullIsMissedAndNullThatBecameAValue() {
    event(5, "c", null, row("1", null));
    refuses(() -> reading().insert(OID, wire("x", "x")), "a value of public.t.v is lost");
    made.clear();
    event(5, "c", null, row("1", "default"));
    refuses(() -> reading().insert(OID, wire("x", "n")), "a value of public.t.v is lost");
  }

  @Test
  void aRowOrAColumnThatIsNotThereIsMissed() {
    event(5, "d", null, null);
    refuses(() -> reading().delete(OID, wire("x", "n")), "a row is missing");
    made.clear();
    announce("id", "v", "w");
    event(5, "c", null, row("1", "a"));
    refuses(
        () -> reading().insert(OID, wire("x", "x", "x")),
        "public.t has columns id, v, w, not id, v");
  }
}
