package io.rapidbyte.ingest.debezium;

import io.rapidbyte.ingest.decode.LogVisitor;
import io.rapidbyte.ingest.decode.Relation;
import io.rapidbyte.ingest.decode.Tuple;
import io.rapidbyte.schemas.position.Lsn;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Puts Debezium's rows in the place of the log's. Where one begins, what it belongs to and which
 * columns it has is the log's to say; where both say something, they must agree: a change that
 * Debezium leaves out or adds, a value that it loses, stops the stream.
 */
final class EventVisitor implements LogVisitor {
  private final Events events;
  private final Map<Integer, Relation> relations = new HashMap<>();

  /** What Debezium's rows were seen to have the log's columns by; by identity, which is quick. */
  private final Set<Schema> agreed = Collections.newSetFromMap(new IdentityHashMap<>());

  private final EventRow first;
  private final EventRow second;
  private LogVisitor to;
  private long frame;

  /**
   * Tells nobody yet.
   *
   * @param unchanged stands in Debezium's rows for what the log leaves out
   */
  EventVisitor(Events events, LogVisitor nobody, String unchanged) {
    this.events = events;
    this.first = new EventRow(unchanged);
    this.second = new EventRow(unchanged);
    this.to = nobody;
  }

  /**
   * The same for the next frame.
   *
   * @param number by which Debezium's events name it; 0 where the log's own row is taken
   */
  EventVisitor telling(LogVisitor visitor, long number) {
    to = visitor;
    frame = number;
    return this;
  }

  @Override
  public void relation(Relation relation) {
    relations.put(relation.oid(), relation);
    agreed.clear();
    to.relation(relation);
  }

  @Override
  public void insert(int oid, Tuple row) {
    to.insert(oid, frame == 0 ? row : row(first, oid, after(event("c")), row));
  }

  @Override
  public void update(int oid, Tuple row) {
    to.update(oid, frame == 0 ? row : row(first, oid, after(event("u")), row));
  }

  @Override
  public void updateWithKey(int oid, Tuple key, Tuple row) {
    if (frame == 0) {
      to.updateWithKey(oid, key, row);
    } else {
      pair(oid, key, row);
      to.updateWithKey(oid, first, second);
    }
  }

  @Override
  public void updateWithOld(int oid, Tuple old, Tuple row) {
    if (frame == 0) {
      to.updateWithOld(oid, old, row);
    } else {
      pair(oid, old, row);
      to.updateWithOld(oid, first, second);
    }
  }

  /** What Debezium takes for a change of the key comes as a delete and an insert. */
  private void pair(int oid, Tuple old, Tuple row) {
    Struct event = events.next(frame);
    boolean one = event.getString("op").equals("u");
    if (!one) {
      expect(event, "d");
    }
    row(first, oid, before(event), old);
    row(second, oid, after(one ? event : event("c")), row);
  }

  @Override
  public void delete(int oid, Tuple key) {
    to.delete(oid, frame == 0 ? key : row(first, oid, before(event("d")), key));
  }

  @Override
  public void deleteOld(int oid, Tuple old) {
    to.deleteOld(oid, frame == 0 ? old : row(first, oid, before(event("d")), old));
  }

  private Struct event(String op) {
    Struct event = events.next(frame);
    expect(event, op);
    return event;
  }

  private static void expect(Struct event, String op) {
    String found = event.getString("op");
    if (!found.equals(op)) {
      throw Failures.differs("a change of kind %s in place of %s".formatted(found, op));
    }
  }

  private static @Nullable Struct before(Struct event) {
    return event.getStruct("before");
  }

  private static @Nullable Struct after(Struct event) {
    return event.getStruct("after");
  }

  private EventRow row(EventRow into, int oid, @Nullable Struct told, Tuple wire) {
    Relation relation = relations.get(oid);
    if (relation == null || told == null) {
      throw Failures.differs("a row is missing");
    }
    if (!agreed.contains(told.schema())) {
      requireSameColumns(relation, told.schema());
      agreed.add(told.schema());
    }
    into.read(told);
    requireSameKinds(relation, into, wire);
    return into;
  }

  private static void requireSameColumns(Relation relation, Schema schema) {
    List<String> log = relation.columns().stream().map(Relation.RelationColumn::name).toList();
    List<String> told = schema.fields().stream().map(Field::name).toList();
    if (!log.equals(told)) {
      throw Failures.differs(
          "%s has columns %s, not %s"
              .formatted(relation.table(), String.join(", ", log), String.join(", ", told)));
    }
  }

  /** From the old row Debezium may fill in what the log leaves out of the new one. */
  private static void requireSameKinds(Relation relation, Tuple told, Tuple wire) {
    for (int i = 0; i < wire.columns(); i++) {
      boolean same =
          wire.kind(i) == Tuple.UNCHANGED
              ? told.kind(i) != Tuple.NULL
              : told.kind(i) == wire.kind(i);
      if (!same) {
        throw Failures.differs(
            "a value of %s.%s is lost"
                .formatted(relation.table(), relation.columns().get(i).name()));
      }
    }
  }

  @Override
  public void begin(Lsn commit, long commitMicros, int xid) {
    to.begin(commit, commitMicros, xid);
  }

  @Override
  public void commit(Lsn commit, Lsn end) {
    to.commit(commit, end);
  }

  @Override
  public void truncate(List<Integer> oids, boolean cascade, boolean restartIdentity) {
    to.truncate(oids, cascade, restartIdentity);
  }

  @Override
  public void message(boolean transactional, Lsn lsn, String prefix, byte[] content) {
    to.message(transactional, lsn, prefix, content);
  }

  @Override
  public void origin(Lsn commit, String name) {
    to.origin(commit, name);
  }
}
