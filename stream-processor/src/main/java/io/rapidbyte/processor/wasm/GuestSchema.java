package io.rapidbyte.processor.wasm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rapidbyte.processor.rows.Output;
import io.rapidbyte.processor.rows.Output.Relation;
import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.schemas.batch.BatchColumns;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a module said in {@code rb_schema} that it makes of rows of a shape.
 *
 * @param outputs its columns; their fields have none of the metadata that is for the host alone
 * @param reads indexes of the input columns by which it drops, splits or routes rows
 * @param splits whether a row may become several
 */
record GuestSchema(List<Output> outputs, BitSet reads, boolean splits) {
  /** Of an output field: a JSON array of the input columns that it is computed from. */
  static final String FROM = "rb.from";

  /** Beside it: how its values hang together with those of its only input. */
  static final String RELATION = "rb.relation";

  /** Of the schema: a JSON array of the input columns that decide about rows. */
  static final String READS = "rb.reads";

  /** Of the schema: whether a row may become several. */
  static final String SPLITS = "rb.splits";

  /** A schema that does not go with the rows that the module was told of. */
  static final String BAD_SCHEMA = "module/bad-schema";

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Reads what a module emitted.
   *
   * @throws RapidbyteException {@link #BAD_SCHEMA}, of stream scope
   */
  static GuestSchema read(String transform, Schema emitted, Shape input) {
    return new Reader(transform, input).read(emitted);
  }

  /** Whether values of both fields are laid out alike; names within structs count. */
  static boolean sameType(Field one, Field other) {
    List<Field> mine = one.getChildren();
    List<Field> others = other.getChildren();
    if (!one.getType().equals(other.getType()) || mine.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < mine.size(); i++) {
      if (!mine.get(i).getName().equals(others.get(i).getName())
          || !sameType(mine.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private record Reader(String transform, Shape input) {
    GuestSchema read(Schema emitted) {
      List<Output> outputs = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (Field field : emitted.getFields()) {
        if (field.getName().startsWith(BatchColumns.PREFIX)) {
          throw bad("it makes a column " + field.getName(), "leave out what begins with _rb_");
        }
        if (!names.add(field.getName())) {
          throw bad("it makes two columns " + field.getName(), "give one of them another name");
        }
        outputs.add(output(field));
      }
      BitSet reads = new BitSet();
      String read = emitted.getCustomMetadata().get(READS);
      if (read != null) {
        columns(READS, read).forEach(reads::set);
      }
      boolean splits = "true".equals(emitted.getCustomMetadata().get(SPLITS));
      return new GuestSchema(List.copyOf(outputs), reads, splits);
    }

    private Output output(Field field) {
      Map<String, String> metadata = field.getMetadata();
      String from = metadata.get(FROM);
      String column = "column " + field.getName();
      if (from == null) {
        int same = input.indexOf(field.getName());
        if (same < 0) {
          throw bad(
              column + " is no column of its input",
              "name the columns that it is made of in the field's " + FROM + "; [] for none");
        }
        return copy(field, same);
      }
      List<Integer> inputs = columns(column + ", " + FROM, from);
      Relation relation = relation(column, metadata.get(RELATION));
      if (relation != Relation.COMPUTED && inputs.size() != 1) {
        throw bad(
            column + " is said to be " + metadata.get(RELATION) + " of " + from,
            "such a column is made of exactly one");
      }
      return relation == Relation.COPY
          ? copy(field, inputs.getFirst())
          : new Output(cleaned(field), inputs, relation);
    }

    private Output copy(Field field, int of) {
      Field original = input.items().get(of).field();
      if (!sameType(field, original)) {
        throw bad(
            "column "
                + field.getName()
                + " is of type "
                + field.getType()
                + ", and "
                + original.getName()
                + ", of which it is a copy, of "
                + original.getType(),
            "keep the type, or say that it is computed: " + RELATION + " = computed");
      }
      return Output.copy(cleaned(field), of);
    }

    private Relation relation(String column, @Nullable String said) {
      return switch (said) {
        case null -> Relation.COMPUTED;
        case "computed" -> Relation.COMPUTED;
        case "copy" -> Relation.COPY;
        case "one-to-one" -> Relation.ONE_TO_ONE;
        default ->
            throw bad(
                column + " has " + RELATION + " = " + said, "it is copy, one-to-one or computed");
      };
    }

    private List<Integer> columns(String where, String names) {
      List<Integer> indexes = new ArrayList<>();
      for (JsonNode name : array(where, names)) {
        int index = input.indexOf(name.asText());
        if (index < 0) {
          throw bad(
              where + " names " + name + ", which is no column of its input",
              "the input has " + String.join(", ", input.names()));
        }
        indexes.add(index);
      }
      return indexes;
    }

    private JsonNode array(String where, String text) {
      try {
        JsonNode array = JSON.readTree(text);
        if (array.isArray()) {
          return array;
        }
      } catch (JsonProcessingException e) {
        // told below
      }
      throw bad(where + " is no JSON array of names", "write it as [\"email\"]");
    }

    private static Field cleaned(Field field) {
      Map<String, String> metadata = new TreeMap<>(field.getMetadata());
      metadata.remove(FROM);
      metadata.remove(RELATION);
      return new Field(
          field.getName(),
          new FieldType(true, field.getType(), null, metadata),
          field.getChildren());
    }

    private RapidbyteException bad(String what, String mend) {
      return new RapidbyteException(
          ErrorInfo.permanent(
              Category.SCHEMA, Scope.STREAM, BAD_SCHEMA, transform + ": " + what, mend));
    }
  }
}
