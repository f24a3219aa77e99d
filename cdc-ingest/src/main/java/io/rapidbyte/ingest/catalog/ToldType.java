package io.rapidbyte.ingest.catalog;

import java.util.List;

/**
 * A type that is not built in, as it was when somebody told of it: the catalog may have moved on.
 *
 * @param kind {@code pg_type.typtype}
 * @param element the element's OID where it is the array type of that, else 0
 * @param base a domain's base type, else 0
 * @param labels an enum's, in order
 * @param fields a composite's
 */
public record ToldType(
    int oid,
    char kind,
    String name,
    int element,
    Reference base,
    List<String> labels,
    List<Field> fields) {
  public ToldType {
    labels = List.copyOf(labels);
    fields = List.copyOf(fields);
  }

  /** A type with what is said where it is used. */
  public record Reference(int type, int typmod, int dimensions) {}

  /** A field of a composite. */
  public record Field(String name, Reference type) {}
}
