package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.type.Bytes;
import io.rapidbyte.sink.destination.RefusedRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Brings one step's rows into an upsert table. Used once. */
final class UpsertLoad {
  /** Below it a COPY of its own costs more than the stage. */
  private static final int DIRECT_AT = 256;

  /** A staged row's {@code _rb_kind}; see {@link TableSql}. */
  private enum Kind {
    DELETE('d'),
    PUT('u'),
    PATCH('p'),
    REBASE('b');

    private final byte code;

    Kind(char code) {
      this.code = (byte) code;
    }
  }

  private final Connection connection;
  private final TableWriter table;
  private final TableSql sql;
  private final StepRows rows;
  private final int partition;
  private final SqlErrors errors;
  private int deletes;
  private int puts;
  private int patches;
  private int rebases;
  private int[] direct = new int[0];

  UpsertLoad(
      Connection connection,
      TableWriter table,
      TableSql sql,
      StepRows rows,
      int partition,
      SqlErrors errors) {
    this.errors = errors;
    this.connection = connection;
    this.table = table;
    this.sql = sql;
    this.rows = rows;
    this.partition = partition;
  }

  /** Applies the rows; returns those that cannot be, with which the transaction is to be undone. */
  List<RefusedRow> apply(Effort effort) throws SQLException {
    Reduction reduction = Reduction.of(rows);
    if (!reduction.missing().isEmpty()) {
      return missing(reduction.missing());
    }
    boolean directly = effort == Effort.DIRECT && sql.isExact();
    direct = directly ? direct(reduction) : direct;
    List<RefusedRow> refused = new ArrayList<>(stage(reduction));
    if (!refused.isEmpty()) {
      return refused;
    }
    List<RefusedRow> baseless = bases();
    if (!baseless.isEmpty()) {
      return baseless;
    }
    if (effort == Effort.SCREENED) {
      return screen();
    }
    put(effort);
    return direct.length == 0 ? List.of() : copyDirect(reduction);
  }

  /** Finds all rows that the table refuses, in one go. */
  private List<RefusedRow> screen() throws SQLException {
    run(sql.createRefused());
    run(sql.screen());
    List<RefusedRow> refused = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT number, state, message, attribute, rule FROM "
                    + TableSql.REFUSED
                    + " ORDER BY number")) {
      while (found.next()) {
        ErrorInfo error =
            errors.refused(
                sql.table(),
                found.getString(2),
                found.getString(3),
                found.getString(4),
                found.getString(5));
        refused.add(new RefusedRow(found.getInt(1), error));
      }
    }
    return refused;
  }

  /** Keys whose rows may go straight into the table. */
  private int[] direct(Reduction reduction) {
    int[] keys = new int[reduction.keys()];
    int count = 0;
    for (int key = 0; key < keys.length; key++) {
      if (isDirect(reduction, key)) {
        keys[count++] = key;
      }
    }
    return count < DIRECT_AT ? new int[0] : Arrays.copyOf(keys, count);
  }

  private static boolean isDirect(Reduction reduction, int key) {
    return reduction.isFresh(key)
        && !reduction.isDelete(key)
        && reduction
            .completion(reduction.lastRow(key))
            .map(completion -> !completion.needsTable())
            .orElse(true);
  }

  private List<RefusedRow> stage(Reduction reduction) throws SQLException {
    if (direct.length == reduction.keys()) {
      return List.of();
    }
    table.takeStage(connection);
    int fields = sql.stageColumns().size();
    try (CopyStream copy = new CopyStream(connection, sql.copyStage(), fields)) {
      int next = 0;
      for (int key = 0; key < reduction.keys(); key++) {
        if (next < direct.length && direct[next] == key) {
          next++;
        } else {
          stageRow(copy, reduction, key);
        }
      }
      return copy.end();
    }
  }

  private void stageRow(CopyStream copy, Reduction reduction, int key) throws SQLException {
    int row = reduction.lastRow(key);
    Optional<Reduction.Completion> completion = reduction.completion(row);
    Kind kind = reduction.isDelete(key) ? Kind.DELETE : kind(completion);
    count(kind);
    copy.row(
        row,
        out -> {
          tableFields(row, completion, out);
          out.int32(1).put(kind.code);
          out.int32(4).int32(row);
          mask(completion, out);
          base(kind, completion, out);
        });
  }

  private void count(Kind kind) {
    switch (kind) {
      case DELETE -> deletes++;
      case PUT -> puts++;
      case PATCH -> patches++;
      case REBASE -> rebases++;
    }
  }

  private static Kind kind(Optional<Reduction.Completion> completion) {
    if (completion.isEmpty() || !completion.get().needsTable()) {
      return Kind.PUT;
    }
    return completion.get().baseRow() == Reduction.OWN ? Kind.PATCH : Kind.REBASE;
  }

  private void tableFields(int row, Optional<Reduction.Completion> completion, Bytes out) {
    if (completion.isPresent()) {
      int[] sources = completion.get().sources();
      for (int column = 0; column < sources.length; column++) {
        switch (sources[column]) {
          case Reduction.OWN -> rows.column(row, column, out);
          case Reduction.TABLE -> out.int32(-1);
          default -> rows.column(sources[column], column, out);
        }
      }
    } else {
      rows.data(row, out);
    }
    out.int32(4).int32(rows.generation(row));
    out.int32(8).int64(rows.lsn(row));
    out.int32(8).int64(rows.ordinal(row));
    if (sql.partitioned()) {
      out.int32(4).int32(partition);
    }
  }

  private void mask(Optional<Reduction.Completion> completion, Bytes out) {
    if (completion.isEmpty() || !completion.get().needsTable()) {
      out.int32(-1);
      return;
    }
    int[] sources = completion.get().sources();
    BitSet bits = new BitSet();
    for (int column = 0; column < sources.length; column++) {
      bits.set(column, sources[column] == Reduction.TABLE);
    }
    byte[] mask = Arrays.copyOf(bits.toByteArray(), (sources.length + 7) / 8);
    out.int32(mask.length).put(mask, 0, mask.length);
  }

  private void base(Kind kind, Optional<Reduction.Completion> completion, Bytes out) {
    if (kind == Kind.REBASE) {
      rows.baseKey(completion.orElseThrow().baseRow(), out);
      return;
    }
    for (int i = 0; i < sql.key().size(); i++) {
      out.int32(-1);
    }
  }

  /** Completes what waits for the table's rows; returns what waits in vain. */
  private List<RefusedRow> bases() throws SQLException {
    int waiting = rebases + patches;
    if (waiting == 0) {
      return List.of();
    }
    int completed = rebases == 0 ? 0 : run(sql.rebase());
    completed += patches == 0 ? 0 : run(sql.patch());
    if (completed == waiting) {
      return List.of();
    }
    BitSet baseless = new BitSet();
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql.missingBase())) {
      while (found.next()) {
        baseless.set(found.getInt(1));
      }
    }
    return missing(baseless);
  }

  private void put(Effort effort) throws SQLException {
    boolean anyPut = puts + rebases > 0;
    List<String> statements = new ArrayList<>();
    if (anyPut && effort == Effort.REPLACED) {
      statements.add(sql.deleteAll());
    } else if (deletes > 0) {
      statements.add(sql.delete());
    }
    if (anyPut) {
      statements.add(sql.put());
    }
    if (!statements.isEmpty()) {
      run(String.join(";", statements));
    }
  }

  private List<RefusedRow> copyDirect(Reduction reduction) throws SQLException {
    int fields = sql.tableColumns().size();
    try (CopyStream copy = new CopyStream(connection, sql.copyTable(), fields)) {
      for (int key : direct) {
        int row = reduction.lastRow(key);
        Optional<Reduction.Completion> completion = reduction.completion(row);
        copy.row(row, out -> tableFields(row, completion, out));
      }
      return copy.end();
    }
  }

  private int run(String statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(statements);
      return Math.max(0, statement.getUpdateCount());
    }
  }

  private List<RefusedRow> missing(BitSet numbers) {
    return numbers.stream().mapToObj(row -> new RefusedRow(row, missingBase())).toList();
  }

  private ErrorInfo missingBase() {
    return ErrorInfo.permanent(
        Category.DATA,
        Scope.RECORD,
        Codes.MISSING_BASE,
        "a change of "
            + sql.table()
            + " names values that did not change, and there is no row to take them from",
        "rapidbyte resync " + sql.table() + " --key …, or REPLICA IDENTITY FULL at the source");
  }
}
