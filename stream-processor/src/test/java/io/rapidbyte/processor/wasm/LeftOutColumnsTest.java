package io.rapidbyte.processor.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidbyte.processor.rows.Chained;
import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Rows;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.StaleKeys;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.batch.ArrowIpc;
import io.rapidbyte.schemas.batch.BatchRows;
import io.rapidbyte.testkit.batch.TestBatch;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.wasm.Emission.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** Columns that are copies need not be emitted. */
final class LeftOutColumnsTest {
  private static final TestBatch PEOPLE =
      TestBatch.at(TestStream.simple("public", "people"), 5)
          .insert("1", "ada", "x")
          .insert("2", "grace", TestBatch.UNCHANGED)
          .insert("3", null, "z");

  /** A guest that says every column is a copy, and emits the columns and rows given. */
  private record Lazy(List<Integer> emitted, List<Integer> from, long maxBytes, boolean splitting)
      implements Transform {
    Lazy(List<Integer> emitted, List<Integer> from, long maxBytes) {
      this(emitted, from, maxBytes, true);
    }

    @Override
    public String name() {
      return "lazy";
    }

    @Override
    public Bound bind(Shape input, BufferAllocator allocator) {
      List<Output> outputs = new ArrayList<>();
      for (int i = 0; i < input.size(); i++) {
        outputs.add(Output.copy(input.items().get(i).field(), i));
      }
      GuestSchema schema = new GuestSchema(outputs, new BitSet(), splitting);
      return new Bound() {
        @Override
        public List<Output> outputs() {
          return outputs;
        }

        @Override
        public boolean splits() {
          return splitting;
        }

        @Override
        public Result apply(Rows rows) {
          EmittedBatches batches = new EmittedBatches(name(), schema, rows, maxBytes, allocator);
          byte[] bytes = bytes(rows, allocator);
          return new Result.Emitted(
              List.of(batches.read(new io.rapidbyte.wasm.Emission(Kind.BATCH, bytes, ""))),
              Map.of());
        }
      };
    }

    private byte[] bytes(Rows rows, BufferAllocator allocator) {
      try (UInt4Vector numbers =
          (UInt4Vector)
              Field.notNullable(EmittedBatches.ROW, new ArrowType.Int(32, false))
                  .createVector(allocator)) {
        int[] chosen =
            from.isEmpty()
                ? IntStream.range(0, rows.count()).toArray()
                : from.stream().mapToInt(row -> row % rows.count()).toArray();
        List<FieldVector> columns = new ArrayList<>();
        for (int column : emitted) {
          FieldVector input = rows.columns().get(column);
          FieldVector values = input.getField().createVector(allocator);
          BatchRows.copy(input, chosen, values);
          columns.add(values);
        }
        if (!from.isEmpty()) {
          numbers.allocateNew(from.size());
          for (int row = 0; row < from.size(); row++) {
            numbers.set(row, from.get(row));
          }
          numbers.setValueCount(from.size());
          columns.add(numbers);
        }
        List<Field> fields = columns.stream().map(FieldVector::getField).toList();
        try (VectorSchemaRoot root = new VectorSchemaRoot(fields, columns, chosen.length)) {
          return ArrowIpc.write(root);
        }
      }
    }
  }

  private static Chained through(Lazy lazy) {
    return through(PEOPLE, lazy);
  }

  private static Chained through(TestBatch batch, Lazy lazy) {
    return Chained.of(batch, List.of(lazy), false, StaleKeys.inMemory());
  }

  @Test
  void theyAreTakenFromTheInput() {
    assertThat(through(new Lazy(List.of(), List.of(), 1 << 20)).lines())
        .isEqualTo(through(new Lazy(List.of(0, 1, 2), List.of(), 1 << 20)).lines())
        .containsExactly(
            "c/0 {\"id\":1,\"name\":\"ada\",\"big\":\"x\"} #0",
            "c/1 {\"id\":2,\"name\":\"grace\"} ~big #0",
            "c/2 {\"id\":3,\"big\":\"z\"} #0");
  }

  @Test
  void theyFollowTheRowsThatStay() {
    assertThat(through(new Lazy(List.of(1), List.of(0, 2), 1 << 20)).lines())
        .containsExactly(
            "c/0 {\"id\":1,\"name\":\"ada\",\"big\":\"x\"} #0",
            "d/1 {\"id\":2} #0",
            "c/2 {\"id\":3,\"big\":\"z\"} #0");
  }

  @Test
  void aRowThatStandsTwiceMustBringThem() {
    TestBatch one = TestBatch.at(TestStream.simple("public", "people"), 5).insert("1", "ada", "x");
    List<Integer> twice = List.of(0, 0);
    assertThat(through(one, new Lazy(List.of(0, 1), twice, 1 << 20)).refused())
        .containsOnly(Map.entry(0, EmittedBatches.BAD_OUTPUT));
    assertThat(through(one, new Lazy(List.of(0, 1, 2), twice, 1 << 20)).lines()).hasSize(2);
  }

  @Test
  void aRowThatStandsTwiceIsRefusedWhereTheSchemaDidNotSaySo() {
    TestBatch one = TestBatch.at(TestStream.simple("public", "people"), 5).insert("1", "ada", "x");
    Lazy lazy = new Lazy(List.of(0, 1, 2), List.of(0, 0), 1 << 20, false);
    assertThat(through(one, lazy).refused()).containsOnly(Map.entry(0, EmittedBatches.BAD_OUTPUT));
  }

  @Test
  void aRowThatTheInputDoesNotHaveIsRefused() {
    TestBatch one = TestBatch.at(TestStream.simple("public", "people"), 5).insert("1", "ada", "x");
    assertThat(through(one, new Lazy(List.of(0, 1, 2), List.of(1), 1 << 20)).refused())
        .containsOnly(Map.entry(0, EmittedBatches.BAD_OUTPUT));
  }

  @Test
  void theyCountAsIfTheyHadBeenEmitted() {
    TestBatch large =
        TestBatch.at(TestStream.simple("public", "people"), 5).insert("1", "ada", "x".repeat(2000));
    Lazy lazy = new Lazy(List.of(0, 1), List.of(), 1000);
    assertThat(through(lazy).refused()).isEmpty();
    assertThat(through(large, lazy).refused())
        .containsOnly(Map.entry(0, EmittedBatches.BAD_OUTPUT));
  }
}
