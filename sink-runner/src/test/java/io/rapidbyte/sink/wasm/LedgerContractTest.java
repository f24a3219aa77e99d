package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.type.PgType;
import io.rapidbyte.sink.contract.DestinationContract;
import io.rapidbyte.sink.destination.Destination;
import io.rapidbyte.testkit.batch.TestStream;
import io.rapidbyte.testkit.kafka.SharedKafka;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/**
 * A module that promises exactly-once is asked what every destination is asked; the short run asks
 * {@link LedgerTest}. What it is not asked stands at the end, each with its reason.
 */
@Tag("chaos")
final class LedgerContractTest extends DestinationContract {
  private final LedgerServer server = new LedgerServer();
  private final ModuleSettings settings =
      Modules.settings(Modules.ledger(), server.origin(), SharedKafka.unique("ledger"));

  @AfterEach
  void closeServer() {
    server.close();
  }

  @Override
  public Destination open() {
    return Modules.open(settings, allocator());
  }

  @Override
  public List<List<@Nullable String>> read(String schema, String table, String... columns) {
    return server.read(schema + "." + table, columns);
  }

  @Override
  public void refuseBadNames() {
    server.refusesBadNames = true;
  }

  @Override
  public void execute(String sql) {
    throw new UnsupportedOperationException("no SQL here: " + sql);
  }

  @Override
  public void damage(String sql) {
    execute(sql);
  }

  @Override
  public void dropItems() {
    execute("drop items");
  }

  private static TypeRoundTrip type(int oid, String name, String value, String read) {
    return new TypeRoundTrip(new PgType.Base(oid, name, -1), value, read);
  }

  @Override
  public List<TypeRoundTrip> typeRoundTrips() {
    return List.of(
        type(16, "boolean", "t", "true"),
        type(21, "smallint", "-7", "-7"),
        type(20, "bigint", "-9223372036854775808", "-9223372036854775808"),
        type(700, "real", "1.5", "1.5"),
        type(701, "double precision", "0.1", "0.1"),
        type(701, "double precision", "NaN", "NaN"),
        type(701, "double precision", "-1.7976931348623157e308", "-1.7976931348623157E308"),
        new TypeRoundTrip(
            new PgType.Base(1700, "numeric", (18 << 16 | 2) + 4), "-1234567.05", "-1234567.05"),
        type(25, "text", "ü 😀 'x' \"y\"\n\\", "ü 😀 'x' \"y\"\n\\"),
        type(17, "bytea", "\\x00ff41", "AP9B"),
        type(1082, "date", "2024-02-29", "2024-02-29"),
        type(1082, "date", "1899-12-31", "1899-12-31"),
        type(1082, "date", "infinity", "infinity"),
        type(1083, "time without time zone", "23:59:59.999999", "23:59:59.999999"),
        type(1114, "timestamp without time zone", "1969-12-31 23:59:59", "1969-12-31T23:59:59"),
        type(
            1184,
            "timestamp with time zone",
            "2024-02-29 12:34:56.789012+00",
            "2024-02-29T12:34:56.789012Z"),
        type(
            1186,
            "interval",
            "1 year 2 mons 3 days 04:05:06",
            "{\"months\":14,\"days\":3,\"nanos\":14706000000000}"),
        type(
            2950,
            "uuid",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        type(3802, "jsonb", "{\"a\": [1, null]}", "{\"a\": [1, null]}"),
        new TypeRoundTrip(
            new PgType.Array(1007, "integer[]", TestStream.INT4, 1), "{1,NULL,3}", "[1,null,3]"));
  }

  // Each record is a transaction of its own, so a refused one leaves those before it.
  @Override
  public void aFailureLeavesNeitherDataNorOffset() {}

  // What it makes of columns and types, and what stands where it sends, is its own affair.
  @Override
  public void failsAChangedTypeWithWhatMendsIt() {}

  @Override
  public void leavesATableAloneThatIsNotItsOwn() {}

  @Override
  public void aDroppedTableIsMissedAndCreatedAnewInItsNewPlace() {}

  // Its books are no tables that somebody could reach with SQL.
  @Override
  public void aNewerLayoutIsLeftAlone() {}

  @Override
  public void aPlaceThatCannotBeIsLost() {}

  @Override
  public void aCheckpointThatIsGoneIsNoBeginning() {}

  @Override
  public void whereMarksOrLettersAreGoneNobodyKnowsWhatIsStale() {}

  @Override
  public void ofAnotherTableItIsAsBefore() {}
}
