package io.rapidbyte.ingest.differential;

import io.rapidbyte.ingest.codec.TypeCase;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.postgres.PostgresVersion;
import io.rapidbyte.testkit.postgres.TestDatabase;
import io.rapidbyte.testkit.workload.Workload;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A server of its own with a table for every type and for every operation, and what is written into
 * them, by a seed.
 */
record EveryType(
    EmbeddedPostgres server,
    TestDatabase database,
    List<TypeTables.TypeTable> types,
    Workload workload,
    RandomGenerator random)
    implements AutoCloseable {

  static EveryType create(PostgresVersion version, long seed) throws Exception {
    System.out.println(version + " -Dseed=" + seed);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    EmbeddedPostgres server =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.defaults()
                .version(version)
                .with("max_prepared_transactions", "10"));
    try {
      TestDatabase database = TestDatabase.create(server, "shop");
      database.execute(TypeCase.PRELUDE.toArray(String[]::new));
      // Debezium 3.6.1 does not start in a database that has a domain over an enum.
      database.execute("DROP DOMAIN feeling");
      List<TypeTables.TypeTable> types = TypeTables.create(database, version.major());
      Workload workload =
          Workload.of(
              version.major(),
              types.stream().map(type -> TypeTables.operation(type, random)).toList(),
              random);
      workload.setUp(database);
      return new EveryType(server, database, types, workload, random);
    } catch (Exception | AssertionError e) {
      server.close();
      throw e;
    }
  }

  /** Writes it all. */
  void write() throws Exception {
    workload.write(database, random);
  }

  @Override
  public void close() {
    server.close();
  }
}
