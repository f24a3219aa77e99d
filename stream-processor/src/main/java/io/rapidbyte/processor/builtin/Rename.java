package io.rapidbyte.processor.builtin;

import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.spec.TransformSpec.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/** Gives columns other names. */
record Rename(String name, Kind.Rename spec) implements Transform {
  @Override
  public Bound bind(Shape input, BufferAllocator allocator) {
    spec.names().keySet().forEach(column -> Refusal.index(name, input, column));
    List<Output> outputs = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < input.size(); i++) {
      Field field = input.items().get(i).field();
      String now = spec.names().getOrDefault(field.getName(), field.getName());
      if (!taken.add(now)) {
        throw Refusal.of(
            name + ": there would be two columns " + now,
            "rename or leave out the other one first");
      }
      outputs.add(Output.copy(Fields.named(field, now), i));
    }
    return new Copies(outputs, allocator);
  }
}
