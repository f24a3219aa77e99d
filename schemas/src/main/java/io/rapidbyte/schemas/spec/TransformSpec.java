package io.rapidbyte.schemas.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code transforms}. Those of a stream work in the file's order.
 *
 * @param streams names or patterns of the streams it works on; empty for all
 */
public record TransformSpec(Kind kind, List<String> streams) {
  public TransformSpec {
    streams = List.copyOf(streams);
  }

  /** What is done, and its settings. */
  public sealed interface Kind {
    /**
     * Takes some columns, in the order given, or leaves some out.
     *
     * @param keep whether {@code columns} are those that stay
     */
    record Project(List<String> columns, boolean keep) implements Kind {
      public Project {
        columns = List.copyOf(columns);
      }
    }

    /** Gives columns other names: old to new. */
    record Rename(Map<String, String> names) implements Kind {
      public Rename {
        names = ordered(names);
      }
    }

    /** Gives columns other types: column to type. */
    record Cast(Map<String, String> types) implements Kind {
      public Cast {
        types = ordered(types);
      }
    }

    /**
     * Lets rows pass for which the condition is true.
     *
     * @param drops what a row that does not pass means
     */
    record Filter(String condition, Drops drops) implements Kind {}

    /**
     * Makes values unreadable.
     *
     * @param key of the HMAC; null where no column is tokenised
     */
    record Mask(Map<String, MaskRule> columns, @Nullable Secret key) implements Kind {
      public Mask {
        columns = ordered(columns);
      }
    }

    /** Adds computed columns: name to expression, each over the columns that there were before. */
    record Add(Map<String, String> columns) implements Kind {
      public Add {
        columns = ordered(columns);
      }
    }

    /** Hands rows to a module of the user's. */
    record Module(ModuleSpec module) implements Kind {}

    private static <V> Map<String, V> ordered(Map<String, V> map) {
      return java.util.Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
  }

  /** What it means that a row is not in the output. */
  public enum Drops {
    /** The row shall not be there: a delete of its key takes its place. */
    ROW,
    /** The change shall not be there; what was delivered before stays. */
    CHANGE
  }

  /** How a value is made unreadable. NULL stays NULL. */
  public sealed interface MaskRule {
    /** The SHA-256 of its text form, in hexadecimal digits. */
    record Hash() implements MaskRule {}

    /** The same for all: {@code ***} in place of text, else NULL. */
    record Redact() implements MaskRule {}

    /** The first and last characters stay, each other one becomes a star; text only. */
    record Partial(int first, int last) implements MaskRule {}

    /** A token that only the holder of the key can compute: equal values, equal tokens. */
    record Tokenise() implements MaskRule {}
  }
}
