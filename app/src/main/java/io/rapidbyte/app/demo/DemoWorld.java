package io.rapidbyte.app.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.app.console.Failure;
import io.rapidbyte.app.spec.SpecFile;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.testkit.postgres.EmbeddedPostgres;
import io.rapidbyte.testkit.shop.Shop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The demo's surroundings: a folder with a Postgres that holds a shop, and a pipeline.yaml. */
final class DemoWorld implements AutoCloseable {
  private static final String DATABASE = "shop";

  private final Path folder;
  private final boolean kept;
  private final EmbeddedPostgres postgres;

  private DemoWorld(Path folder, boolean kept, EmbeddedPostgres postgres) {
    this.folder = folder;
    this.kept = kept;
    this.postgres = postgres;
  }

  /** Makes the folder and starts Postgres in it. */
  static DemoWorld open(Path folder, boolean kept) throws IOException {
    Files.createDirectories(folder);
    if (Files.exists(folder.resolve("postgres"))) {
      throw Failure.config(
          "demo-folder", folder + " holds a demo already", "remove it, or name another --keep");
    }
    EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.defaults()
                .in(folder.resolve("postgres"))
                .with("max_wal_size", "4GB")
                .with("shared_buffers", "256MB"));
    return new DemoWorld(folder, kept, postgres);
  }

  /** Fills the shop; answers how many rows it has. */
  long fill(long rows) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + DATABASE);
    }
    try (Connection connection = connect()) {
      return Shop.create(connection, rows);
    }
  }

  Connection connect() throws SQLException {
    return postgres.connect(DATABASE);
  }

  /** Writes the pipeline's file and reads it as any other. */
  PipelineSpec pipeline() throws IOException {
    Path file = folder.resolve("pipeline.yaml");
    try (InputStream module = DemoWorld.class.getResourceAsStream("/demo/mask-email.wasm")) {
      Files.copy(
          Objects.requireNonNull(module, "the demo's module is not in the jar"),
          folder.resolve("mask-email.wasm"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(
        file,
        """
        version: 1
        pipeline: shop
        source:
          postgres: { host: %s, port: %d, database: %s, user: %s, sslmode: disable }
        streams:
          - { table: public.* }
        transforms:
          # A WebAssembly module, built from modules/rust: masks addresses, drops test accounts.
          - module: mask-email.wasm
            streams: [public.customers]
            config: { columns: [email] }
        destinations:
          warehouse: { duckdb: { path: warehouse.duckdb } }
        """
            .formatted(postgres.host(), postgres.port(), DATABASE, postgres.user()),
        UTF_8);
    return SpecFile.load(file, Map.of());
  }

  Path folder() {
    return folder;
  }

  String postgresUrl() {
    return "postgres://"
        + postgres.user()
        + "@"
        + postgres.host()
        + ":"
        + postgres.port()
        + "/"
        + DATABASE;
  }

  /** The warehouse's file itself; only when no sink has it open. */
  Connection warehouse() throws SQLException {
    return DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("warehouse.duckdb"));
  }

  /** Says in the folder how to open what it keeps. */
  void explain() throws IOException {
    Files.writeString(
        folder.resolve("README.txt"),
        """
        What the demo left behind.

        postgres/         the source. Start it with PostgreSQL 18:
                            pg_ctl -D postgres -o '-p %d' start
                            psql -h 127.0.0.1 -p %d -U postgres shop
        kafka/            the broker's log. A value in it is an Arrow IPC stream; look at them with
                            rapidbyte tail pipeline.yaml public.orders --from-beginning --home .
                          While that runs, any Kafka client can read: broker.address says where.
        warehouse.duckdb  duckdb warehouse.duckdb 'SELECT count(*) FROM public.orders'
        pipeline.yaml     the pipeline. With Postgres started as above, rapidbyte run pipeline.yaml
                          --home . goes on where the demo ended.
        """
            .formatted(postgres.port(), postgres.port()),
        UTF_8);
  }

  @Override
  public void close() {
    postgres.close();
    if (!kept) {
      remove(folder);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's folder " + folder + " stays behind", e);
    }
  }
}
