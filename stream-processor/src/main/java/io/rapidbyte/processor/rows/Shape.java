package io.rapidbyte.processor.rows;

import io.rapidbyte.schemas.batch.BatchView;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The data columns of rows between two transforms.
 *
 * @param key names of the columns that are one to one with the source's key, in key order; empty
 *     where there are none: then the rows can only be appended
 */
public record Shape(List<Item> items, List<String> key) {
  /**
   * A column.
   *
   * @param ofKey whether it is made of the source's key alone, so that a delete has it too
   */
  public record Item(Field field, boolean ofKey) {}

  public Shape {
    items = List.copyOf(items);
    key = List.copyOf(key);
  }

  /** The shape of a source's batch. */
  public static Shape of(BatchView batch) {
    return new Shape(
        batch.data().stream()
            .map(v -> new Item(v.getField(), batch.key().contains(v.getName())))
            .toList(),
        batch.key());
  }

  /** The index of a column, or -1. */
  public int indexOf(String name) {
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).field().getName().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The columns' names. */
  public List<String> names() {
    return items.stream().map(item -> item.field().getName()).toList();
  }

  /** How many columns there are. */
  public int size() {
    return items.size();
  }

  /** The shape behind a transform that makes these columns. */
  Shape through(List<Output> outputs) {
    List<Item> made = new ArrayList<>();
    for (Output output : outputs) {
      boolean ofKey =
          !output.from().isEmpty() && output.from().stream().allMatch(i -> items.get(i).ofKey());
      made.add(new Item(output.field(), ofKey));
    }
    List<String> names = new ArrayList<>();
    for (String name : key) {
      int index = indexOf(name);
      outputs.stream()
          .filter(output -> output.isOneToOneWith(index))
          .findFirst()
          .ifPresent(output -> names.add(output.field().getName()));
    }
    return new Shape(made, names.size() == key.size() ? names : List.of());
  }

  /** Indexes of the columns that a delete has. */
  int[] ofKey() {
    return IntStream.range(0, items.size()).filter(i -> items.get(i).ofKey()).toArray();
  }
}
