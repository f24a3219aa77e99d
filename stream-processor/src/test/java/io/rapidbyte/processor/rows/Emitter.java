package io.rapidbyte.processor.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.processor.rows.Output.Relation;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;

/** A transform that does what guests may do. {@code habit} says what. */
record Emitter(String habit) implements Transform {
  @Override
  public String name() {
    return habit;
  }

  @Override
  public Bound bind(Shape input, BufferAllocator allocator) {
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      var field = input.items().get(i).field();
      outputs.add(
          i == 0 && habit.startsWith("negate")
              ? new Output(field, List.of(i), Relation.ONE_TO_ONE)
              : Output.copy(field, i));
    }
    return new Emitting(outputs, allocator);
  }

  private final class Emitting implements Bound {
    private final List<Output> outputs;
    private final BufferAllocator allocator;

    Emitting(List<Output> outputs, BufferAllocator allocator) {
      this.outputs = outputs;
      this.allocator = allocator;
    }

    @Override
    public List<Output> outputs() {
      return outputs;
    }

    @Override
    public boolean splits() {
      return true;
    }

    @Override
    public Result apply(Rows rows) {
      int[] all = IntStream.range(0, rows.count()).toArray();
      return new Result.Emitted(
          switch (habit) {
            case "twice" -> List.of(emission("", rows, all), emission("", rows, all));
            case "change-key-of-2" -> {
              Emission emission = emission("", rows, all);
              ((BigIntVector) emission.columns().get(0)).set(1, 99);
              yield List.of(emission);
            }
            case "trap" -> {
              if (named(rows, "poison").length > 0) {
                throw new RapidbyteException(
                    ErrorInfo.permanent(Category.DATA, Scope.BATCH, "module/trap", "boom", ""));
              }
              yield List.of(emission("", rows, all));
            }
            case "route" ->
                List.of(
                    emission("", rows, without(all, named(rows, "away"))),
                    emission("aside", rows, named(rows, "away")));
            default -> {
              Emission emission = emission("", rows, without(all, named(rows, "gone")));
              BigIntVector keys = (BigIntVector) emission.columns().get(0);
              for (int i = 0; i < keys.getValueCount(); i++) {
                keys.set(i, -keys.get(i));
              }
              yield List.of(emission);
            }
          },
          Map.of());
    }

    private Emission emission(String route, Rows rows, int[] from) {
      try (Rows chosen = rows.select(from, allocator)) {
        List<FieldVector> columns =
            chosen.columns().stream().map(c -> Rows.share(c, c.getField(), allocator)).toList();
        return new Emission(route, columns, from);
      }
    }

    private static int[] named(Rows rows, String name) {
      VarCharVector names = (VarCharVector) rows.columns().get(1);
      return IntStream.range(0, rows.count())
          .filter(row -> !names.isNull(row) && new String(names.get(row), UTF_8).equals(name))
          .toArray();
    }

    private static int[] without(int[] all, int[] some) {
      return IntStream.of(all).filter(row -> IntStream.of(some).noneMatch(s -> s == row)).toArray();
    }
  }
}
