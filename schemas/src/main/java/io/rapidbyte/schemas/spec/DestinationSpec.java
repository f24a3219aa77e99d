package io.rapidbyte.schemas.spec;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code destinations}.
 *
 * @param name as in the file; names its consumer group and its rows in the destination
 * @param mode null for the default: upsert with a key, append without
 * @param streams names or patterns of the streams it takes; empty for all
 */
public record DestinationSpec(
    String name, Kind kind, @Nullable WriteMode mode, List<String> streams) {
  public DestinationSpec {
    streams = List.copyOf(streams);
  }

  /** Which destination, and its settings. */
  public sealed interface Kind {
    /** A DuckDB file, owned by one process. */
    record DuckDb(Path path) implements Kind {}

    /**
     * A Postgres database.
     *
     * @param schema where tables go; null for the source's own schema names
     */
    record Postgres(PostgresAddress address, @Nullable String schema) implements Kind {}

    /** A WASM module of the user's. */
    record Module(ModuleSpec module) implements Kind {}
  }
}
