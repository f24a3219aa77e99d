package io.rapidbyte.schemas.condition;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From one kind of value to another. */
final class Casts {
  /** Postgres's first and one behind its last day, counted from 2000-01-01. */
  static final long FIRST_DAY = -2_451_545;

  static final long END_DAY = 2_145_031_949;

  /** One behind the last day that a timestamp can show. */
  private static final long END_TIMESTAMP_DAY = 106_751_983;

  private Casts() {}

  /** A literal without a type takes {@code kind}; anything else stays what it is. */
  static Node decide(Node node, ValueKind kind, List<String> labels) throws Problem {
    if (node.kind() != ValueKind.UNKNOWN || kind == ValueKind.UNKNOWN) {
      return node;
    }
    Optional<String> text = node.literal();
    if (text.isEmpty()) {
      return withLabels(Node.constant(node.place(), kind, null), labels);
    }
    if (kind == ValueKind.ENUM && !labels.contains(text.get())) {
      throw new Problem(
          node.place(),
          "'%s' is no label of the enum, which has %s"
              .formatted(text.get(), String.join(", ", labels)));
    }
    try {
      return withLabels(
          Node.constant(node.place(), kind, TextValues.parse(kind, text.get())), labels);
    } catch (IllegalArgumentException e) {
      throw new Problem(node.place(), String.valueOf(e.getMessage()));
    }
  }

  private static Node withLabels(Node node, List<String> labels) {
    return new Node(
        node.place(), node.kind(), node.ordering(), labels, node.literal(), node.eval());
  }

  /** {@code node::type}; {@code enums} are those of the table, by name. */
  static Node cast(Node node, String type, int place, Map<String, List<String>> enums)
      throws Problem {
    Optional<ValueKind> kind = TypeNames.kind(type);
    if (kind.isEmpty()) {
      List<String> labels = enums.get(type.substring(type.lastIndexOf('.') + 1));
      if (labels == null) {
        throw new Problem(place, "a cast to " + type + " is not supported");
      }
      boolean same = node.kind() == ValueKind.ENUM && node.labels().equals(labels);
      if (!same && node.kind() != ValueKind.UNKNOWN) {
        throw new Problem(place, "a cast of " + node.kind() + " to " + type + " is not supported");
      }
      return decide(node, ValueKind.ENUM, labels);
    }
    return cast(decide(node, kind.get(), List.of()), kind.get(), place);
  }

  private static Node cast(Node node, ValueKind to, int place) throws Problem {
    ValueKind from = node.kind();
    if (from == to) {
      return node;
    }
    boolean exactToNumber = from.isInteger() || from == ValueKind.NUMERIC;
    boolean floatToNumber = from.isNumber() && to != ValueKind.NUMERIC;
    if (to.isNumber() && (exactToNumber || floatToNumber)) {
      return widen(node, to);
    } else if (to == ValueKind.TEXT && hasPlainText(from)) {
      return toText(node);
    } else if (from == ValueKind.DATE && to == ValueKind.TIMESTAMP) {
      return toTimestamp(node);
    } else if (from == ValueKind.TIMESTAMP && to == ValueKind.DATE) {
      return node.changed(ValueKind.DATE, value -> day((Long) value));
    }
    throw new Problem(place, "a cast of %s to %s is not supported".formatted(from, to));
  }

  private static boolean hasPlainText(ValueKind kind) {
    return switch (kind) {
      case BPCHAR, ENUM, INT2, INT4, INT8, BOOL, UUID -> true;
      default -> false;
    };
  }

  /** A number in another kind. */
  static Node widen(Node node, ValueKind to) {
    return node.kind() == to ? node : node.changed(to, value -> Numbers.convert(value, to));
  }

  /** Text: labels, digits; of BPCHAR without the blanks at its end. */
  static Node toText(Node node) {
    return switch (node.kind()) {
      case TEXT -> node;
      case BPCHAR -> node.changed(ValueKind.TEXT, value -> withoutBlanks((String) value));
      default -> node.changed(ValueKind.TEXT, Object::toString);
    };
  }

  static Node toTimestamp(Node date) {
    return date.changed(ValueKind.TIMESTAMP, value -> midnight((Long) value));
  }

  private static Object midnight(long day) {
    if (day == Integer.MAX_VALUE) {
      return Long.MAX_VALUE;
    } else if (day == Integer.MIN_VALUE) {
      return Long.MIN_VALUE;
    } else if (day >= END_TIMESTAMP_DAY) {
      throw Failure.of("a date is out of range for a timestamp");
    }
    return day * DateTimes.DAY_MICROS;
  }

  private static Object day(long timestamp) {
    if (timestamp == Long.MAX_VALUE) {
      return (long) Integer.MAX_VALUE;
    } else if (timestamp == Long.MIN_VALUE) {
      return (long) Integer.MIN_VALUE;
    }
    return Math.floorDiv(timestamp, DateTimes.DAY_MICROS);
  }

  static String withoutBlanks(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(0, end);
  }
}
