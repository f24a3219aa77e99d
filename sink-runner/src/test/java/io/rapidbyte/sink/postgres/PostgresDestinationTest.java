package io.rapidbyte.sink.postgres;

import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.sink.contract.DestinationContract;
import io.rapidbyte.sink.contract.TestStream;
import io.rapidbyte.sink.destination.Destination;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

final class PostgresDestinationTest extends DestinationContract {
  private final TargetDatabase database = TargetDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  @Override
  protected Destination open() {
    Destination destination = database.destination();
    destination.open();
    return destination;
  }

  @Override
  protected List<List<@Nullable String>> read(String schema, String table, String... columns) {
    return database.read(new TableName(schema, table), columns);
  }

  @Override
  protected void execute(String sql) {
    database.execute(sql);
  }

  @Override
  protected void refuseBadNames() {
    database.execute("ALTER TABLE public.items ADD CHECK (name <> 'bad')");
  }

  @Override
  protected List<TypeRoundTrip> typeRoundTrips() {
    return List.of(new TypeRoundTrip(TestStream.TEXT, "a", "a"));
  }
}
