package io.rapidbyte.ingest.filter;

import io.rapidbyte.ingest.catalog.TableInfo;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.condition.Computation;
import io.rapidbyte.schemas.condition.Expression;
import io.rapidbyte.schemas.condition.Failure;
import io.rapidbyte.schemas.condition.Mistake;
import io.rapidbyte.schemas.condition.Slot;
import io.rapidbyte.schemas.condition.ValueKind;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.stream.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A condition that is typed anew for each shape of its table. */
final class ColumnFilter implements RowFilter {
  private final String sql;
  private final TableInfo table;
  private final Expression expr;
  private final Set<String> columns;

  ColumnFilter(String sql, TableInfo table, Expression expr) {
    this.sql = sql;
    this.table = table;
    this.expr = expr;
    this.columns = expr.columns();
  }

  @Override
  public Set<String> columns() {
    return columns;
  }

  @Override
  public Bound bind(List<Column> shape) {
    try {
      return new BoundFilter(type(shape), shape);
    } catch (RapidbyteException e) {
      throw new RapidbyteException(Where.refusal(sql, table.name(), Mistake.of(e)));
    }
  }

  void check(List<Column> shape) {
    type(shape);
  }

  private Computation type(List<Column> shape) {
    Map<String, Slot> slots = new HashMap<>();
    for (int i = 0; i < shape.size(); i++) {
      Column column = shape.get(i);
      slots.put(column.name(), new Slot(i, column.type(), Where.ordering(table, column)));
    }
    List<String> name = List.of(table.name().schema(), table.name().table());
    return expr.condition(name, slots);
  }

  /** Reads the tuple at hand; for one thread. */
  private static final class BoundFilter implements Bound, Computation.Row {
    private final Computation condition;
    private final List<Column> shape;
    private final ValueKind[] kinds;
    private @Nullable Tuple tuple;

    BoundFilter(Computation condition, List<Column> shape) {
      this.condition = condition;
      this.shape = List.copyOf(shape);
      this.kinds = shape.stream().map(c -> ValueKind.of(c.type())).toArray(ValueKind[]::new);
    }

    @Override
    public boolean test(Tuple row) {
      tuple = row;
      try {
        return Boolean.TRUE.equals(condition.of(this));
      } finally {
        tuple = null;
      }
    }

    @Override
    public @Nullable Object get(int slot) {
      Tuple row = tuple;
      if (row == null) {
        throw new IllegalStateException("no row is being tested");
      }
      return switch (row.kind(slot)) {
        case Tuple.NULL -> null;
        case Tuple.UNCHANGED -> throw Failure.unchanged(shape.get(slot).name());
        default -> kinds[slot] == ValueKind.OPAQUE ? true : WireValues.read(kinds[slot], row, slot);
      };
    }
  }
}
