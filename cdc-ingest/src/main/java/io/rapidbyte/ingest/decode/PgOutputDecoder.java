package io.rapidbyte.ingest.decode;

import io.rapidbyte.schemas.position.Lsn;
import io.rapidbyte.schemas.stream.ReplicaIdentity;
import io.rapidbyte.schemas.stream.TableName;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells a visitor what a pgoutput message says (protocol version 1). Rows are handed on in place:
 * nothing is allocated for a row. One thread; the tuples of a call are valid until it returns.
 *
 * <p>Source: PostgreSQL manual, "Logical Replication Message Formats".
 */
public final class PgOutputDecoder {
  /** Microseconds from 1970 to 2000, where Postgres's clock begins. */
  public static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

  private static final int TRUNCATE_CASCADE = 1;
  private static final int TRUNCATE_RESTART = 2;

  private static final byte[] NOTHING = {};

  private final WireCursor in = new WireCursor();
  private final WireTuple first = new WireTuple();
  private final WireTuple second = new WireTuple();

  /**
   * Decodes one message; holds nothing of it afterwards.
   *
   * @param message an array that holds it
   * @param offset where it begins; it ends with the array
   * @throws io.rapidbyte.schemas.error.RapidbyteException where it is not such a message
   */
  public void decode(byte[] message, int offset, LogVisitor visitor) {
    in.reset(message, offset);
    byte type = in.int8();
    switch (type) {
      case 'I' -> insert(visitor);
      case 'U' -> update(visitor);
      case 'D' -> delete(visitor);
      case 'B' -> begin(visitor);
      case 'C' -> commit(visitor);
      case 'R' -> visitor.relation(relation());
      case 'T' -> truncate(visitor);
      case 'M' -> message(visitor);
      case 'O' -> visitor.origin(in.lsn(), in.cstring());
      case 'Y' -> visitor.type(in.int32(), in.cstring(), in.cstring());
      default -> throw in.malformed("no known kind of message");
    }
    in.reset(NOTHING, 0);
    first.release();
    second.release();
  }

  /**
   * The table that a message announces.
   *
   * @param message an array that holds a message of kind R
   * @param offset where it begins; it ends with the array
   */
  public Relation relation(byte[] message, int offset) {
    in.reset(message, offset);
    expect((byte) 'R');
    Relation relation = relation();
    in.reset(NOTHING, 0);
    return relation;
  }

  private void begin(LogVisitor visitor) {
    Lsn commit = in.lsn();
    long micros = in.int64() + POSTGRES_EPOCH_MICROS;
    visitor.begin(commit, micros, in.int32());
  }

  private void commit(LogVisitor visitor) {
    in.int8(); // flags, unused
    Lsn commit = in.lsn();
    visitor.commit(commit, in.lsn());
  }

  private void insert(LogVisitor visitor) {
    int relation = in.int32();
    expect((byte) 'N');
    first.read(in);
    visitor.insert(relation, first);
  }

  private void update(LogVisitor visitor) {
    int relation = in.int32();
    byte kind = in.int8();
    switch (kind) {
      case 'N' -> {
        first.read(in);
        visitor.update(relation, first);
      }
      case 'K' -> {
        first.read(in);
        expect((byte) 'N');
        second.read(in);
        visitor.updateWithKey(relation, first, second);
      }
      case 'O' -> {
        first.read(in);
        expect((byte) 'N');
        second.read(in);
        visitor.updateWithOld(relation, first, second);
      }
      default -> throw in.malformed("an update with a tuple of kind " + (char) kind);
    }
  }

  private void delete(LogVisitor visitor) {
    int relation = in.int32();
    byte kind = in.int8();
    first.read(in);
    switch (kind) {
      case 'K' -> visitor.delete(relation, first);
      case 'O' -> visitor.deleteOld(relation, first);
      default -> throw in.malformed("a delete with a tuple of kind " + (char) kind);
    }
  }

  private Relation relation() {
    int oid = in.int32();
    String schema = in.cstring();
    String table = in.cstring();
    ReplicaIdentity identity = ReplicaIdentity.of((char) in.int8());
    int count = in.int16();
    List<Relation.RelationColumn> columns = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean key = (in.int8() & 1) != 0;
      columns.add(new Relation.RelationColumn(in.cstring(), in.int32(), in.int32(), key));
    }
    // An empty schema on the wire stands for pg_catalog.
    TableName name = new TableName(schema.isEmpty() ? "pg_catalog" : schema, table);
    return new Relation(oid, name, identity, columns);
  }

  private void truncate(LogVisitor visitor) {
    int count = in.int32();
    byte options = in.int8();
    List<Integer> oids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      oids.add(in.int32());
    }
    visitor.truncate(oids, (options & TRUNCATE_CASCADE) != 0, (options & TRUNCATE_RESTART) != 0);
  }

  private void message(LogVisitor visitor) {
    boolean transactional = (in.int8() & 1) != 0;
    Lsn lsn = in.lsn();
    String prefix = in.cstring();
    visitor.message(transactional, lsn, prefix, in.copy(in.int32()));
  }

  private void expect(byte kind) {
    byte found = in.int8();
    if (found != kind) {
      throw in.malformed("kind " + (char) found + " in place of " + (char) kind);
    }
  }
}
