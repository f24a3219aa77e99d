package io.rapidbyte.ingest.publish;

import io.rapidbyte.ingest.catalog.Queries;
import io.rapidbyte.ingest.filter.Where;
import io.rapidbyte.ingest.publish.PublicationState.Entry;
import io.rapidbyte.ingest.publish.PublicationState.Scope;
import io.rapidbyte.ingest.session.SqlFailures;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.Column;
import io.rapidbyte.schemas.stream.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings the server's publications to the declared state, both in one transaction. For one thread.
 *
 * <p>A transaction that is older than a change may still be decoded as before it: after a change
 * wait with {@link OlderTransactions} before relying on it.
 */
public final class PublicationReconciler {
  /** A publication of the name exists and is not ours to alter. */
  public static final String NOT_OURS = "source/publication-not-ours";

  /** A publication cannot be created or altered for want of a privilege. */
  public static final String PRIVILEGE = "source/publication-privilege";

  /** Postgres refuses a condition as a row filter. */
  public static final String WHERE_REFUSED = "source/where-refused";

  /** A publication was altered by somebody else at the moment of our own look at it. */
  public static final String ALTERED = "source/publication-altered";

  private final Connection connection;

  /** Works through {@code connection}, in autocommit mode and with a lock timeout. */
  public PublicationReconciler(Connection connection) {
    this.connection = connection;
  }

  /**
   * How publications stand now.
   *
   * @param oids {@code pg_publication.oid} by publication, in the order of the plan's names; only
   *     those that exist
   * @param created publications that did not exist before
   * @param changed tables that entered, left, or are published otherwise than before
   * @param unpublished tables of the plan of which not every change was published before
   */
  public record Outcome(
      Map<String, Long> oids,
      Set<String> created,
      Set<TableName> changed,
      Set<TableName> unpublished) {
    public Outcome {
      unpublished = Set.copyOf(unpublished);
      oids = Map.copyOf(oids);
      created = Set.copyOf(created);
      changed = Set.copyOf(changed);
    }

    /** Whether anything is otherwise than before. */
    public boolean isChanged() {
      return !created.isEmpty() || !changed.isEmpty();
    }
  }

  /**
   * Creates and alters what differs; otherwise leaves everything untouched, taking no lock.
   *
   * @param mayCreate whether a missing main publication is created; once there is progress it must
   *     not be, since changes went by while it was missing
   * @throws RapidbyteException where something is refused, where the role may not (with the SQL for
   *     somebody who may), and where the main publication is missing and must not be created
   */
  public Outcome reconcile(PublicationPlan plan, boolean mayCreate) {
    return reconcile(plan, mayCreate, true);
  }

  /**
   * What {@link #reconcile} would do where nothing may be created; nothing is changed.
   *
   * @throws RapidbyteException as there
   */
  public Outcome preview(PublicationPlan plan) {
    return reconcile(plan, false, false);
  }

  private Outcome reconcile(PublicationPlan plan, boolean mayCreate, boolean lasting) {
    plan.requireSound();
    try {
      if (!mayCreate && read(plan, plan.main()).isEmpty()) {
        throw new RapidbyteException(dropped(plan.main()));
      }
      connection.setAutoCommit(false);
      try {
        Outcome outcome = within(plan);
        if (lasting) {
          connection.commit();
        }
        return outcome;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e, "reconciling publication " + plan.main().name());
    }
  }

  private Outcome within(PublicationPlan plan) throws SQLException {
    Set<TableName> unpublished = unpublished(plan);
    Set<String> created = new TreeSet<>();
    Set<TableName> changed = new TreeSet<>();
    Map<String, Long> oids = new HashMap<>();
    for (Publication declared : plan.publications()) {
      Optional<PublicationState> state = read(plan, declared);
      if (state.isEmpty()) {
        if (create(plan, declared)) {
          created.add(declared.name());
          declared.tables().forEach(t -> changed.add(t.table()));
        }
      } else {
        changed.addAll(alter(plan, declared, state.get()));
      }
      read(plan, declared).ifPresent(now -> oids.put(declared.name(), now.oid()));
    }
    return new Outcome(oids, created, changed, unpublished);
  }

  private Set<TableName> unpublished(PublicationPlan plan) throws SQLException {
    List<PublicationState> states = new ArrayList<>();
    for (Publication declared : plan.publications()) {
      read(plan, declared).ifPresent(states::add);
    }
    Set<TableName> unpublished = new TreeSet<>();
    for (TablePlan table : plan.tables()) {
      boolean covered = false;
      for (PublicationState state : states) {
        Entry entry = state.tables().get(table.name());
        covered |= state.scope() != Scope.TABLES || (entry != null && covers(state, entry, table));
      }
      if (!covered) {
        unpublished.add(table.name());
      }
    }
    return unpublished;
  }

  /** Whether all that the plan wants of a table was in what the entry published. */
  private boolean covers(PublicationState state, Entry entry, TablePlan table) throws SQLException {
    boolean inserts = table.target() == TablePlan.Target.INSERTS_ONLY;
    if (!state.options().publishes(inserts)) {
      return false;
    }
    List<String> wanted = table.schema().columns().stream().map(Column::name).toList();
    if (!entry.columns().isEmpty() && !entry.columns().containsAll(wanted)) {
      return false;
    }
    if (entry.where().isEmpty()) {
      return true;
    }
    if (table.where().isEmpty()) {
      return false;
    }
    Optional<String> where = table.where().map(Where::sql);
    PublishedTable asDeclared = new PublishedTable(table.name(), List.of(), where);
    return entry.where().equals(normalised(asDeclared));
  }

  private Optional<PublicationState> read(PublicationPlan plan, Publication declared)
      throws SQLException {
    return PublicationState.read(connection, plan.server(), declared.name());
  }

  /** False where the second publication is not needed and the role may not create it. */
  private boolean create(PublicationPlan plan, Publication declared) throws SQLException {
    boolean optional = declared.insertsOnly() && declared.tables().isEmpty();
    Savepoint before = connection.setSavepoint();
    try {
      run(declared, List.of(declared.createSql(plan.server())));
      return true;
    } catch (RapidbyteException e) {
      if (optional && e.error().code().equals(PRIVILEGE)) {
        connection.rollback(before);
        return false;
      }
      throw e;
    }
  }

  private Set<TableName> alter(PublicationPlan plan, Publication declared, PublicationState state)
      throws SQLException {
    Set<TableName> changed = differences(declared, state);
    boolean fits = state.options().fit(declared, plan.server()) && state.scope() == Scope.TABLES;
    if (fits && changed.isEmpty()) {
      return changed;
    }
    List<String> statements = new ArrayList<>();
    if (!state.options().fit(declared, plan.server())) {
      statements.add(declared.optionsSql(plan.server()));
    }
    declared.tablesSql(state.names()).ifPresent(statements::add);
    if (state.scope() == Scope.ALL_TABLES) {
      throw new RapidbyteException(allTables(declared));
    } else if (!state.owned()) {
      throw new RapidbyteException(privilege(declared, statements));
    }
    run(declared, statements);
    if (!fits) {
      declared.tables().forEach(t -> changed.add(t.table()));
    }
    return changed;
  }

  private Set<TableName> differences(Publication declared, PublicationState state)
      throws SQLException {
    Set<TableName> different = new TreeSet<>(state.tables().keySet());
    for (PublishedTable table : declared.tables()) {
      Entry present = state.tables().get(table.table());
      Optional<String> where = table.where().isEmpty() ? Optional.empty() : normalised(table);
      boolean same =
          present != null
              && present.columns().equals(Set.copyOf(table.columns()))
              && Objects.equals(present.where(), where);
      if (same) {
        different.remove(table.table());
      } else {
        different.add(table.table());
      }
    }
    return different;
  }

  /**
   * The condition as Postgres prints it, by way of a CHECK constraint that is rolled back at once.
   * Where the role may not even have a temporary table it stays as it is, and counts as different.
   */
  private Optional<String> normalised(PublishedTable table) throws SQLException {
    String condition = table.where().orElseThrow();
    Savepoint before = connection.setSavepoint();
    try {
      Queries.run(
          connection,
          "CREATE TEMPORARY TABLE rapidbyte_condition (LIKE %s, CONSTRAINT condition CHECK (%s))"
              .formatted(table.table().quoted(), condition));
      return Queries.all(
              connection,
              """
              SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint
              WHERE conname = 'condition' AND conrelid = 'pg_temp.rapidbyte_condition'::regclass\
              """,
              row -> row.getString(1))
          .stream()
          .findFirst();
    } catch (SQLException e) {
      if (SqlFailures.isPrivilege(e)) {
        return Optional.of(condition);
      }
      throw refusedWhere(e, table);
    } finally {
      connection.rollback(before);
    }
  }

  private void run(Publication declared, List<String> statements) throws SQLException {
    for (String statement : statements) {
      try {
        Queries.run(connection, statement);
      } catch (SQLException e) {
        if (SqlFailures.isPrivilege(e)) {
          throw new RapidbyteException(privilege(declared, statements), e);
        } else if (SqlFailures.isStatementAtFault(e)) {
          throw refusedStatement(e, declared);
        }
        throw e;
      }
    }
  }

  private static RapidbyteException refusedWhere(SQLException cause, PublishedTable table) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            io.rapidbyte.schemas.error.Scope.STREAM,
            WHERE_REFUSED,
            "streams %s: Postgres refuses where \"%s\": %s"
                .formatted(table.table(), table.where().orElse(""), SqlFailures.firstLine(cause)),
            "mend the condition"),
        cause);
  }

  private static RapidbyteException refusedStatement(SQLException cause, Publication declared) {
    List<String> filtered = new ArrayList<>();
    declared.tables().stream()
        .filter(t -> t.where().isPresent())
        .forEach(t -> filtered.add(t.table().toString()));
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            io.rapidbyte.schemas.error.Scope.STREAM,
            WHERE_REFUSED,
            "Postgres refuses publication %s: %s"
                .formatted(declared.name(), SqlFailures.firstLine(cause)),
            filtered.isEmpty()
                ? "run rapidbyte check"
                : "look at where of " + String.join(", ", filtered)),
        cause);
  }

  private static ErrorInfo dropped(Publication declared) {
    return ErrorInfo.permanent(
        Category.CONFIG,
        io.rapidbyte.schemas.error.Scope.STREAM,
        Codes.SOURCE_RESYNC_REQUIRED,
        "publication %s was dropped: changes since then are lost to the pipeline"
            .formatted(declared.name()),
        "rapidbyte resync --all");
  }

  private static ErrorInfo allTables(Publication declared) {
    return ErrorInfo.permanent(
        Category.CONFIG,
        io.rapidbyte.schemas.error.Scope.STREAM,
        NOT_OURS,
        "publication %s exists FOR ALL TABLES, which lets the application's UPDATE and DELETE fail on tables without a key"
            .formatted(declared.name()),
        "name another in source.publication, or DROP PUBLICATION %s;"
            .formatted(TableName.quote(declared.name())));
  }

  private static ErrorInfo privilege(Publication declared, List<String> statements) {
    return ErrorInfo.permanent(
        Category.AUTH,
        io.rapidbyte.schemas.error.Scope.STREAM,
        PRIVILEGE,
        "the role may not create or alter publication %s: that takes CREATE on the database and ownership of the tables"
            .formatted(declared.name()),
        "let an owner run: " + String.join("; ", statements) + ";");
  }
}
