package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.batch.MappedTuple;
import io.rapidbyte.ingest.batch.StreamWriter;
import io.rapidbyte.ingest.decode.Relation;
import io.rapidbyte.ingest.decode.Relation.RelationColumn;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.ingest.filter.RowFilter;
import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An announced relation, and what its rows need. One thread. */
final class RelationState {
  final Relation relation;

  /** The stream; null where the pipeline does not take the table. */
  final @Nullable StreamPlan plan;

  private final long from;
  private final int[] keyPlaces;
  private @Nullable Binding binding;

  /**
   * A relation whose rows are not looked at yet.
   *
   * @param known the stream's newest schema, for the key where the log does not tell it
   * @param from changes of transactions that commit before it are not wanted
   */
  RelationState(
      Relation relation, @Nullable StreamPlan plan, @Nullable StreamSchema known, Lsn from) {
    this.from = from.bits();
    this.relation = relation;
    this.plan = plan;
    this.keyPlaces = keyPlaces(relation, known == null ? List.of() : known.key());
  }

  /**
   * What writes the relation's rows.
   *
   * @param row a view of the new row in the stream's columns
   * @param old a view of the old row in the stream's columns
   * @param wire a view of the new row in the wire's columns, unchanged values filled in
   */
  record Binding(
      StreamWriter writer,
      Optional<RowFilter.Bound> filter,
      MappedTuple row,
      MappedTuple old,
      MappedTuple wire) {}

  /** Whether the change of a transaction that commits at {@code lsn} is wanted. */
  boolean takes(long lsn) {
    return plan != null && Long.compareUnsigned(lsn, from) >= 0;
  }

  /** The binding; null before the first row and after another announcement. */
  @Nullable Binding binding() {
    return binding;
  }

  void bind(Binding bound) {
    binding = bound;
  }

  private static int[] keyPlaces(Relation relation, List<String> knownKey) {
    boolean full = relation.identity() == ReplicaIdentity.FULL;
    return IntStream.range(0, relation.columns().size())
        .filter(
            i -> {
              RelationColumn c = relation.columns().get(i);
              return full ? knownKey.contains(c.name()) : c.identity();
            })
        .toArray();
  }

  /** Whether an update moves the row to another key. */
  boolean changesKey(Tuple old, Tuple row) {
    for (int column : keyPlaces) {
      byte kind = row.kind(column);
      boolean same =
          kind == Tuple.UNCHANGED
              || (kind == old.kind(column)
                  && Arrays.equals(
                      old.bytes(),
                      old.offset(column),
                      old.offset(column) + old.length(column),
                      row.bytes(),
                      row.offset(column),
                      row.offset(column) + row.length(column)));
      if (!same) {
        return true;
      }
    }
    return false;
  }
}
