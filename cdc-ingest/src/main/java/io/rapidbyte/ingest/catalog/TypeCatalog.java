package io.rapidbyte.ingest.catalog;

import io.rapidbyte.schemas.type.PgType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Types of a database by OID, with everything below them.
 *
 * <p>Remembers what it read: an instance sees types as they were when it first met them. After DDL
 * take a new one. For one thread.
 */
public final class TypeCatalog {
  private static final String TYPES =
      """
      SELECT t.oid, t.typtype, t.typbasetype, t.typtypmod, t.typndims, t.typrelid,
             n.nspname = 'pg_catalog' AS built_in, t.typname, format_type(t.oid, NULL) AS formatted,
             CASE WHEN e.typarray = t.oid THEN t.typelem ELSE 0 END AS element
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      LEFT JOIN pg_type e ON e.oid = t.typelem
      WHERE t.oid = ANY (?)\
      """;

  private static final String LABELS =
      "SELECT enumtypid, enumlabel FROM pg_enum WHERE enumtypid = ANY (?) ORDER BY enumsortorder";

  private static final String ATTRIBUTES =
      """
      SELECT t.oid AS type, a.attname, a.atttypid, a.atttypmod, a.attndims
      FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid
      WHERE t.oid = ANY (?) AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY t.oid, a.attnum\
      """;

  private final Connection connection;
  private final Map<Integer, Row> rows = new HashMap<>();
  private final Map<Integer, List<String>> labels = new HashMap<>();
  private final Map<Integer, List<Reference>> attributes = new HashMap<>();

  /** Reads through {@code connection}, which the caller keeps open. */
  public TypeCatalog(Connection connection) {
    this.connection = connection;
  }

  /**
   * The type that a column of this OID and typmod has.
   *
   * @param dimensions {@code attndims}, 0 where unknown
   * @throws java.util.NoSuchElementException where the database has no such type
   */
  public PgType type(int oid, int typmod, int dimensions) throws SQLException {
    load(List.of(oid));
    return build(oid, typmod, dimensions);
  }

  /**
   * Takes types as they are told, in place of what the database has now.
   *
   * @throws SQLException where a built-in type below them cannot be read
   */
  public void tell(Collection<ToldType> told) throws SQLException {
    Set<Integer> below = new HashSet<>();
    for (ToldType type : told) {
      ToldType.Reference base = type.base();
      Row row =
          new Row(
              type.oid(),
              type.kind(),
              false,
              type.name(),
              type.element(),
              base.type(),
              base.typmod(),
              base.dimensions());
      rows.put(type.oid(), row);
      labels.put(type.oid(), type.labels());
      attributes.put(type.oid(), type.fields().stream().map(Reference::of).toList());
      below.addAll(row.references());
      type.fields().forEach(field -> below.add(field.type().type()));
    }
    below.remove(0);
    load(below);
  }

  /** Reads several types at once, so that later calls of {@link #type} ask nothing. */
  void load(Collection<Integer> oids) throws SQLException {
    Set<Integer> missing = new HashSet<>(oids);
    missing.removeAll(rows.keySet());
    while (!missing.isEmpty()) {
      Set<Integer> below = new HashSet<>();
      for (Row row : Queries.all(connection, TYPES, Row::read, unsigned(missing))) {
        rows.put(row.oid, row);
        below.addAll(row.references());
      }
      readParts(missing, below);
      below.removeAll(rows.keySet());
      below.remove(0);
      missing = below;
    }
  }

  private void readParts(Set<Integer> oids, Set<Integer> below) throws SQLException {
    Queries.all(
        connection,
        LABELS,
        row ->
            labels
                .computeIfAbsent(Queries.oid(row, "enumtypid"), oid -> new ArrayList<>())
                .add(row.getString("enumlabel")),
        unsigned(oids));
    Queries.all(
        connection,
        ATTRIBUTES,
        row -> {
          Reference reference = Reference.read(row);
          below.add(reference.type);
          return attributes
              .computeIfAbsent(Queries.oid(row, "type"), oid -> new ArrayList<>())
              .add(reference);
        },
        unsigned(oids));
  }

  private static List<Long> unsigned(Collection<Integer> oids) {
    return oids.stream().map(Integer::toUnsignedLong).toList();
  }

  private PgType build(int oid, int typmod, int dimensions) {
    Row row = rows.get(oid);
    if (row == null) {
      throw new java.util.NoSuchElementException(
          "the database has no type with OID " + Integer.toUnsignedString(oid));
    }
    if (row.element != 0) {
      PgType element = build(row.element, typmod, 0);
      String name = row.builtIn ? row.name : element.name() + "[]";
      return new PgType.Array(oid, name, element, Math.max(dimensions, 1));
    }
    return switch (row.kind) {
      case 'e' -> new PgType.Enumeration(oid, row.name, labels.getOrDefault(oid, List.of()));
      case 'd' -> new PgType.Domain(oid, row.name, build(row.base, row.typmod, row.dimensions));
      case 'c' -> new PgType.Composite(oid, row.name, fields(oid));
      default -> new PgType.Base(oid, row.name, typmod);
    };
  }

  private List<PgType.Attribute> fields(int oid) {
    return attributes.getOrDefault(oid, List.of()).stream()
        .map(a -> new PgType.Attribute(a.name, build(a.type, a.typmod, a.dimensions)))
        .toList();
  }

  /** An attribute and the type it names. */
  private record Reference(String name, int type, int typmod, int dimensions) {
    static Reference of(ToldType.Field field) {
      ToldType.Reference to = field.type();
      return new Reference(field.name(), to.type(), to.typmod(), to.dimensions());
    }

    static Reference read(ResultSet row) throws SQLException {
      return new Reference(
          row.getString("attname"),
          Queries.oid(row, "atttypid"),
          row.getInt("atttypmod"),
          row.getInt("attndims"));
    }
  }

  /** A row of pg_type; {@code element} is 0 unless it is the true array type of its element. */
  private record Row(
      int oid,
      char kind,
      boolean builtIn,
      String name,
      int element,
      int base,
      int typmod,
      int dimensions) {
    static Row read(ResultSet row) throws SQLException {
      boolean builtIn = row.getBoolean("built_in");
      return new Row(
          Queries.oid(row, "oid"),
          Queries.letter(row, "typtype"),
          builtIn,
          row.getString(builtIn ? "formatted" : "typname"),
          Queries.oid(row, "element"),
          Queries.oid(row, "typbasetype"),
          row.getInt("typtypmod"),
          row.getInt("typndims"));
    }

    List<Integer> references() {
      return List.of(element, base);
    }
  }
}
