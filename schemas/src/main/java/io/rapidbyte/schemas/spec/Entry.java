package io.rapidbyte.schemas.spec;

import io.rapidbyte.schemas.spec.References.Text;
import io.rapidbyte.schemas.spec.References.Unresolved;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value of the file with its path and the line of its key. Every reading method answers empty
 * where the value is not of that kind, and has then told the problem.
 */
record Entry(Node node, int line, String path, Problems problems, References references) {

  private Entry child(Node start, Node value, String suffix) {
    return new Entry(value, Problems.line(start), path + suffix, problems, references);
  }

  void problem(String message) {
    problems.add(line, path, message);
  }

  boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  boolean isMap() {
    return node instanceof MappingNode;
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  /** A text with its references put in. */
  Optional<Text> text() {
    if (!(node instanceof ScalarNode scalar)) {
      problem("expected text, found " + kind());
      return Optional.empty();
    }
    if (!scalar.getTag().equals(Tag.STR)) {
      problem("expected text, found " + kind() + "; write it in quotes");
      return Optional.empty();
    }
    return expanded(scalar);
  }

  /** Text, a number or a boolean, as text: for settings that are another system's. */
  Optional<Text> anyScalar() {
    if (node instanceof ScalarNode scalar && !isNull()) {
      return expanded(scalar);
    }
    problem("expected text or a number, found " + kind());
    return Optional.empty();
  }

  private Optional<Text> expanded(ScalarNode scalar) {
    try {
      Text text = references.expand(scalar.getValue());
      if (text.value().isEmpty()) {
        problem("is empty");
        return Optional.empty();
      }
      return Optional.of(text);
    } catch (Unresolved e) {
      problem(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  Optional<Integer> integer(int min, int max) {
    if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.INT)) {
      Optional<Integer> value = parseInt(scalar.getValue());
      if (value.isPresent() && value.get() >= min && value.get() <= max) {
        return value;
      }
    }
    problem("expected a whole number from " + min + " to " + max + ", found " + found());
    return Optional.empty();
  }

  private static Optional<Integer> parseInt(String text) {
    try {
      return Optional.of(Integer.parseInt(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  Optional<Duration> duration() {
    Optional<Duration> value = literal().flatMap(Quantity::duration);
    if (value.isEmpty()) {
      problem("expected a duration such as 7d, 1m or 500ms, found " + found());
    }
    return value;
  }

  Optional<Long> bytes(long min, long max) {
    Optional<Long> value = literal().flatMap(Quantity::bytes);
    if (value.isEmpty()) {
      problem("expected a size such as 64mb or 1gib, found " + found());
    } else if (value.get() < min || value.get() > max) {
      problem("expected a size from " + size(min) + " to " + size(max) + ", found " + found());
      return Optional.empty();
    }
    return value;
  }

  private static String size(long bytes) {
    long mib = 1024L * 1024;
    return bytes % mib == 0 ? bytes / mib + "mb" : bytes / 1024 + "kb";
  }

  /** Whether the value is that word. */
  boolean says(String word) {
    return literal().filter(word::equals).isPresent();
  }

  /** One of the given words. */
  <T> Optional<T> word(Map<String, T> words) {
    String word = literal().orElse("");
    if (words.containsKey(word)) {
      return Optional.ofNullable(words.get(word));
    }
    problem("expected " + String.join(" | ", words.keySet()) + ", found " + found());
    return Optional.empty();
  }

  private Optional<String> literal() {
    return node instanceof ScalarNode scalar && !References.in(scalar.getValue())
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  /** The entries of a list, or the one value that stands for a list of one. */
  List<Entry> listOrOne() {
    if (!(node instanceof SequenceNode)) {
      return List.of(this);
    }
    return list();
  }

  List<Entry> list() {
    if (!(node instanceof SequenceNode sequence)) {
      problem("expected a list, found " + kind());
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      entries.add(child(item, item, "[" + entries.size() + "]"));
    }
    return entries;
  }

  /** The entries of a map whose keys are the user's own, in the file's order. */
  Map<String, Entry> map() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    if (!(node instanceof MappingNode mapping)) {
      problem("expected keys and values, found " + kind());
      return entries;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
        problems.add(Problems.line(tuple.getKeyNode()), path, "a key must be a plain word");
        continue;
      }
      String key = keyNode.getValue();
      Entry entry = child(keyNode, tuple.getValueNode(), path.isEmpty() ? key : "." + key);
      if (entries.putIfAbsent(key, entry) != null) {
        entry.problem("stands here a second time");
      }
    }
    return entries;
  }

  private String kind() {
    return switch (node) {
      case MappingNode _ -> "keys and values";
      case SequenceNode _ -> "a list";
      case ScalarNode scalar when scalar.getTag().equals(Tag.INT) -> "a number";
      case ScalarNode scalar when scalar.getTag().equals(Tag.FLOAT) -> "a number";
      case ScalarNode scalar when scalar.getTag().equals(Tag.BOOL) -> "a boolean";
      case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "nothing";
      default -> "something else";
    };
  }

  private String found() {
    return node instanceof ScalarNode scalar && !isNull() ? '"' + scalar.getValue() + '"' : kind();
  }
}
