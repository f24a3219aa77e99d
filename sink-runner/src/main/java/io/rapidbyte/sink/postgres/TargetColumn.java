package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.schemas.type.PgTypes;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A data column on its way into its table. Types are as SQL writes them.
 *
 * @param name the source's name
 * @param sent the type in which it is sent and staged: {@code wanted}, or text to be cast to it
 * @param wanted the type that the stream asks for
 * @param actual the type of the table's column; as wanted unless somebody widened it
 */
record TargetColumn(String name, String sent, String wanted, String actual) {
  /** A column that is sent as it is stored. */
  TargetColumn(String name, String type) {
    this(name, type, type, type);
  }

  /**
   * The column of a batch's field.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException where Postgres has no such type
   */
  static TargetColumn of(Field field) {
    String wanted = PgTypes.ddl(field);
    String sent = PgTypes.writesBinary(field) ? wanted : "text";
    return new TargetColumn(field.getName(), sent, wanted, wanted);
  }

  /** The same in a table whose column has another type. */
  TargetColumn in(String type) {
    return new TargetColumn(name, sent, wanted, type);
  }

  /** The name for SQL. */
  String quoted() {
    return TableName.quote(name);
  }

  /** Whether what is sent can be stored as it is. */
  boolean isExact() {
    return sent.equals(actual);
  }

  /**
   * What is sent, as a value of the wanted type. Assignment does the rest: it refuses what a cast
   * would cut off.
   */
  String asWanted(String expression) {
    return sent.equals(wanted) ? expression : expression + "::" + wanted;
  }

  /** What is sent, as a value of the table's column, to be compared with it. */
  String asActual(String expression) {
    return wanted.equals(actual) ? asWanted(expression) : asWanted(expression) + "::" + actual;
  }

  /** The table's value, as it would be sent. */
  String asSent(String expression) {
    return isExact() ? expression : expression + "::" + sent;
  }
}
