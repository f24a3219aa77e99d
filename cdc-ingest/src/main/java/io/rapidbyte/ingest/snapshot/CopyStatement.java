package io.rapidbyte.ingest.snapshot;

import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Predicate;

/**
 * The SQL that reads a stream's rows. Identifiers are quoted, values are literals of unknown type,
 * which take the type of the column that they are compared with.
 *
 * <p>The condition of {@code where} is always applied; it stands on lines of its own, so that a
 * comment at its end ends there.
 */
final class CopyStatement {
  private final StreamSchema schema;
  private final Optional<String> where;
  private final boolean[] text;

  /**
   * Statements for one shape of a stream.
   *
   * @param where a condition in SQL
   * @param asText which columns are read in their type's text form
   */
  CopyStatement(StreamSchema schema, Optional<String> where, Predicate<Column> asText) {
    this.schema = schema;
    this.where = where;
    this.text = new boolean[schema.columns().size()];
    for (int i = 0; i < text.length; i++) {
      text[i] = asText.test(schema.columns().get(i));
    }
  }

  /** For each column whether it is read in its text form. */
  boolean[] text() {
    return text.clone();
  }

  /** A COPY of the rows in some pages. */
  String range(PageRange range) {
    StringJoiner conditions = conditions();
    if (range.from() > 0) {
      conditions.add("ctid >= '(%d,0)'::tid".formatted(range.from()));
    }
    if (range.to().isPresent()) {
      conditions.add("ctid < '(%d,0)'::tid".formatted(range.to().getAsLong()));
    }
    return copy("ONLY " + range.table().quoted(), conditions);
  }

  /**
   * A query for the key of the last row of a chunk, each column in its text form. No row: fewer
   * than {@code rows} are left.
   *
   * @param after the key behind which the chunk begins; absent at the table's beginning
   */
  String boundary(String from, Optional<List<String>> after, int rows) {
    StringJoiner conditions = new StringJoiner(" AND ", " WHERE ", "").setEmptyValue("");
    after.ifPresent(key -> conditions.add(keys() + " > " + literals(key)));
    return "SELECT %s FROM %s%s ORDER BY %s OFFSET %d LIMIT 1"
        .formatted(keyTexts(), from, conditions, order(""), rows - 1);
  }

  /**
   * A COPY of a chunk.
   *
   * @param after the key behind which it begins; absent at the table's beginning
   * @param upTo the key of its last row; absent where it takes the rest
   */
  String chunk(String from, Optional<List<String>> after, Optional<List<String>> upTo) {
    StringJoiner conditions = conditions();
    after.ifPresent(key -> conditions.add(keys() + " > " + literals(key)));
    upTo.ifPresent(key -> conditions.add(keys() + " <= " + literals(key)));
    return copy(from, conditions);
  }

  /** A query for the table's last key behind {@code after}, each column in its text form. */
  String lastKey(String from, Optional<List<String>> after) {
    StringJoiner conditions = new StringJoiner(" AND ", " WHERE ", "").setEmptyValue("");
    after.ifPresent(key -> conditions.add(keys() + " > " + literals(key)));
    return "SELECT %s FROM %s%s ORDER BY %s LIMIT 1"
        .formatted(keyTexts(), from, conditions, order(" DESC"));
  }

  private String keyTexts() {
    StringJoiner texts = new StringJoiner(", ");
    for (String name : schema.key()) {
      // Under the column's own name the text would be what ORDER BY sorts by.
      texts.add(
          "%s::text AS _rb_key_%d".formatted(TableName.quote(name), schema.key().indexOf(name)));
    }
    return texts.toString();
  }

  private String order(String direction) {
    StringJoiner order = new StringJoiner(", ");
    schema.key().forEach(name -> order.add(TableName.quote(name) + direction));
    return order.toString();
  }

  /** A COPY of the rows of some keys. */
  String rows(String from, List<List<String>> keys) {
    StringJoiner values = new StringJoiner(", ", " IN (", ")");
    keys.forEach(key -> values.add(literals(key)));
    return copy(from, conditions().add(keys() + values));
  }

  /**
   * A COPY of the keys themselves, as the table's types have them, whether rows are there or not.
   */
  String images(String from, List<List<String>> keys) {
    StringJoiner names = new StringJoiner(", ");
    schema.key().forEach(name -> names.add(TableName.quote(name)));
    // Literals of unknown type take the type of the column above them.
    StringJoiner rows = new StringJoiner(" UNION ALL ");
    rows.add("SELECT " + names + " FROM " + from + " WHERE false");
    for (List<String> key : keys) {
      String row = literals(key);
      rows.add("SELECT " + row.substring(1, row.length() - 1));
    }
    StringJoiner columns = new StringJoiner(", ");
    for (String name : schema.key()) {
      String quoted = TableName.quote(name);
      columns.add(text[schema.indexOf(name)] ? quoted + "::text" : quoted);
    }
    return "COPY (SELECT %s FROM (%s) _rb_keys) TO STDOUT (FORMAT binary)".formatted(columns, rows);
  }

  private StringJoiner conditions() {
    StringJoiner conditions = new StringJoiner(" AND ", " WHERE ", "").setEmptyValue("");
    where.ifPresent(condition -> conditions.add("(\n" + condition + "\n)"));
    return conditions;
  }

  private String copy(String from, StringJoiner conditions) {
    return "COPY (SELECT %s FROM %s%s) TO STDOUT (FORMAT binary)"
        .formatted(columns(), from, conditions);
  }

  private String columns() {
    StringJoiner names = new StringJoiner(", ");
    for (int i = 0; i < text.length; i++) {
      String name = TableName.quote(schema.columns().get(i).name());
      names.add(text[i] ? name + "::text" : name);
    }
    return names.toString();
  }

  private String keys() {
    StringJoiner names = new StringJoiner(", ", "(", ")");
    schema.key().forEach(name -> names.add(TableName.quote(name)));
    return names.toString();
  }

  private String literals(List<String> key) {
    if (key.size() != schema.key().size()) {
      throw new IllegalArgumentException(
          schema.table() + " has a key of " + schema.key().size() + " columns, not " + key.size());
    }
    StringJoiner values = new StringJoiner(", ", "(", ")");
    key.forEach(value -> values.add(literal(value)));
    return values.toString();
  }

  /** A string for SQL, whatever standard_conforming_strings says. */
  static String literal(String value) {
    String doubled = value.replace("'", "''");
    return value.indexOf('\\') < 0
        ? "'" + doubled + "'"
        : "E'" + doubled.replace("\\", "\\\\") + "'";
  }
}
