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

/** Takes some columns, or leaves some out. */
record Project(String name, Kind.Project spec) implements Transform {
  @Override
  public Bound bind(Shape input, BufferAllocator allocator) {
    List<Output> outputs = new ArrayList<>();
    if (spec.keep()) {
      for (String column : spec.columns()) {
        int index = Refusal.index(name, input, column);
        outputs.add(Output.copy(input.items().get(index).field(), index));
      }
    } else {
      Set<Integer> out = new HashSet<>();
      spec.columns().forEach(column -> out.add(Refusal.index(name, input, column)));
      for (int i = 0; i < input.size(); i++) {
        if (!out.contains(i)) {
          outputs.add(Output.copy(input.items().get(i).field(), i));
        }
      }
    }
    if (outputs.isEmpty()) {
      throw Refusal.of(name + " leaves no column", "keep at least the key");
    }
    return new Copies(outputs, allocator);
  }
}
