package io.rapidbyte.schemas.type;

import java.util.List;

/**
 * A Postgres type as the catalog describes it, with all that decoding its values needs.
 *
 * <p>Names are as {@code format_type} prints them without a typmod and without a schema: {@code
 * integer}, {@code timestamp with time zone}, {@code hstore}. OIDs of built-in types never change;
 * those of extensions and users differ from database to database, so these are known by name.
 */
public sealed interface PgType {
  /** {@code pg_type.oid}. */
  int oid();

  /** The name, without typmod. */
  String name();

  /**
   * A type without structure of its own, built in or from an extension; what the codec does not
   * know travels by its text form.
   *
   * @param typmod {@code atttypmod}, -1 where there is none
   */
  record Base(int oid, String name, int typmod) implements PgType {}

  /** An enum; its values travel as their labels. */
  record Enumeration(int oid, String name, List<String> labels) implements PgType {
    public Enumeration {
      labels = List.copyOf(labels);
    }
  }

  /** A domain; its values are its base's. */
  record Domain(int oid, String name, PgType base) implements PgType {}

  /**
   * An array.
   *
   * @param dimensions {@code attndims} as declared; Postgres does not enforce it
   */
  record Array(int oid, String name, PgType element, int dimensions) implements PgType {}

  /** A composite: a row type. */
  record Composite(int oid, String name, List<Attribute> attributes) implements PgType {
    public Composite {
      attributes = List.copyOf(attributes);
    }
  }

  /** A field of a composite. */
  record Attribute(String name, PgType type) {}

  /** The type below all domains. */
  default PgType unwrapped() {
    PgType type = this;
    while (type instanceof Domain domain) {
      type = domain.base();
    }
    return type;
  }
}
