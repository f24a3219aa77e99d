package io.rapidbyte.app.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchJson;
import io.rapidbyte.schemas.batch.BatchView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A batch that somebody writes by hand. */
final class FixtureTest {
  @TempDir private Path directory;

  @Test
  void holdsTheRowsThatAPersonWrote() throws Exception {
    assertThat(
            rows(
                """
                {
                  // as a person writes it
                  "stream": "public.people",
                  "columns": {
                    "id": "bigint", "name": "text", "tags": "text[]", "owes": "numeric(10,2)",
                    "doc": "jsonb", "at": "timestamptz", "well": "bool", "raw": "bytea"
                  },
                  "key": ["id"],
                  "rows": [
                    { "id": 1, "name": "Ada", "tags": ["a", "b, c", null], "owes": 12.30,
                      "doc": {"x": [1]}, "at": "2026-01-01 00:00:00+00", "well": true,
                      "raw": "\\\\x00ff" },
                    { "_rb_op": "u", "id": 2, "name": null, "_rb_unchanged": ["doc"],
                      "_rb_before": { "id": 7 }, "_rb_ts": "2026-01-01T00:00:01Z" },
                    { "_rb_op": "d", "id": 3, "_rb_lsn": "0/20", "_rb_ordinal": 9, "_rb_xid": 4 }
                  ]
                }
                """))
        .containsExactly(
            "{'id':1,'name':'Ada','tags':['a','b, c',null],'owes':12.30,'doc':{'x':[1]},"
                + "'at':'2026-01-01T00:00:00Z','well':true,'raw':'AP8=','_rb_op':'c',"
                + "'_rb_lsn':'0/10','_rb_ordinal':0,'_rb_xid':1,'_rb_ts':'2000-01-01T00:00:00Z'}",
            "{'id':2,'name':null,'tags':null,'owes':null,'at':null,'well':null,'raw':null,"
                + "'_rb_op':'u','_rb_lsn':'0/10','_rb_ordinal':1,'_rb_xid':1,"
                + "'_rb_ts':'2026-01-01T00:00:01Z','_rb_unchanged':['doc'],'_rb_before':{'id':7}}",
            "{'id':3,'name':null,'tags':null,'owes':null,'doc':null,'at':null,'well':null,"
                + "'raw':null,'_rb_op':'d','_rb_lsn':'0/20','_rb_ordinal':9,'_rb_xid':4,"
                + "'_rb_ts':'2000-01-01T00:00:00Z'}");
  }

  @Test
  void mayBeABatchAsItStandsInATopic() throws Exception {
    Path json = written("{\"columns\": {\"id\": \"int\"}, \"rows\": [{\"id\": 5}]}");
    Path arrow = directory.resolve("input.arrow");
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = Fixture.read(json, allocator)) {
      Files.write(arrow, ArrowIpc.write(root));
      try (VectorSchemaRoot again = Fixture.read(arrow, allocator)) {
        assertThat(lines(again)).isEqualTo(lines(root));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                                        | line 1 is no JSON",
        "{\"rows\": []}                                           | names no columns",
        "{\"columns\": {\"id\": 7}, \"rows\": []}                 | column id has no type: 7",
        "{\"columns\": {\"id\": \"int\"}, \"key\": [\"no\"]}        | a key column it does not"
            + " select: no",
        "{\"columns\": {\"id\": \"int\"}, \"rows\": [{\"no\": 1}]} | row 1: no column no",
        "{\"columns\": {\"id\": \"int\"}, \"rows\": [{}, {\"id\": \"x\"}]} | row 2: column id:",
        "{\"columns\": {\"id\": \"int\"}, \"rows\": [{\"_rb_op\": \"x\"}]} | row 1: no _rb_op x",
        "{\"columns\": {\"id\": \"int\"}, \"rows\": [{\"_rb_ts\": \"x\"}]} | row 1: Text 'x'"
      })
  void saysWhereAMistakeIs(String text, String said) throws Exception {
    Path file = written(text);
    try (BufferAllocator allocator = new RootAllocator()) {
      assertThatThrownBy(() -> Fixture.read(file, allocator).close())
          .hasMessageContaining(file.toString())
          .hasMessageContaining(said);
    }
  }

  private Path written(String text) throws IOException {
    return Files.writeString(directory.resolve("input.json"), text);
  }

  private List<String> rows(String text) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = Fixture.read(written(text), allocator)) {
      return lines(root);
    }
  }

  private static List<String> lines(VectorSchemaRoot root) {
    BatchView view = new BatchView(root);
    return IntStream.range(0, view.rows())
        .mapToObj(row -> BatchJson.line(view, row).replace('"', '\''))
        .toList();
  }
}
