package io.rapidbyte.app.command;

import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
import io.rapidbyte.sink.wasm.ModuleDestination;
import io.rapidbyte.sink.wasm.ModuleSettings;
import io.rapidbyte.wasm.CallFaults;
import io.rapidbyte.wasm.Guest;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.Outcome;
import io.rapidbyte.wasm.PlacedModule;
import io.rapidbyte.wasm.StateStore;
import io.rapidbyte.wasm.http.HttpDoor;
import io.rapidbyte.wasm.module.Permission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** Whether a destination can be reached and written, without writing. */
final class DestinationCheck {
  private DestinationCheck() {}

  /** What is wrong with it, if anything is. */
  static Optional<ErrorInfo> of(PipelineSpec pipeline, DestinationSpec destination) {
    return switch (destination.kind()) {
      case DestinationSpec.Kind.DuckDb duckdb -> duckDb(duckdb.path());
      case DestinationSpec.Kind.Postgres postgres -> postgres(postgres.address());
      case DestinationSpec.Kind.Module module ->
          module(ModuleSettings.of(pipeline, destination.name(), module.module()));
    };
  }

  /** What is to be said of one with which nothing is wrong: a module says what it promises. */
  static String praise(PipelineSpec pipeline, DestinationSpec destination) {
    if (!(destination.kind() instanceof DestinationSpec.Kind.Module(ModuleSpec module))) {
      return "can be written";
    }
    var settings = ModuleSettings.of(pipeline, destination.name(), module);
    return switch (ModuleDestination.load(settings).module().manifest().guarantee()) {
      case AT_LEAST_ONCE -> "can be loaded; at-least-once: after a crash changes may come again";
      case IDEMPOTENT -> "can be loaded; idempotent: what comes again has the same key";
      case EXACTLY_ONCE -> "can be loaded; exactly-once: it stores how far it is with its data";
    };
  }

  /** Loads it and opens it with its configuration; nothing is asked of where it sends. */
  private static Optional<ErrorInfo> module(ModuleSettings settings) {
    try {
      PlacedModule module = ModuleDestination.load(settings);
      Optional<ErrorInfo> mute = mute(module);
      return mute.isPresent() ? mute : opened(module);
    } catch (RapidbyteException e) {
      return Optional.of(e.error());
    }
  }

  /** A module that is to send and may send nowhere would stop at its first record. */
  private static Optional<ErrorInfo> mute(PlacedModule module) {
    Permission asked = module.module().manifest().permissions();
    if (asked.http().isEmpty() || !module.grants().within(asked).http().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            CallFaults.NOT_ALLOWED,
            module.label()
                + " asks for requests to "
                + String.join(", ", asked.http())
                + ", and the pipeline allows it none of them",
            "write `allow: { http: [\"https://api.example.com\"] }` beside `module`, with the"
                + " origin that it sends to"));
  }

  /** One that asks the other side already when it is opened is judged no further. */
  private static Optional<ErrorInfo> opened(PlacedModule module) {
    try (GuestRuntime runtime = new GuestRuntime(Optional.empty());
        Guest guest =
            runtime.guest(
                module.setup("", StateStore.NONE, HttpDoor.CLOSED), GuestObserver.SILENT)) {
      return switch (guest.open()) {
        case Outcome.Done _ -> Optional.empty();
        case Outcome.Failed(var error, _) when error.code().equals(CallFaults.NOT_ALLOWED) ->
            Optional.empty();
        case Outcome.Failed(var error, _) -> Optional.of(error);
      };
    }
  }

  private static Optional<ErrorInfo> duckDb(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return Optional.of(
          failure("folder-missing", "there is no folder for " + file, "mkdir -p " + folder));
    }
    Path written = Files.exists(file) ? file : folder;
    return Files.isWritable(written)
        ? Optional.empty()
        : Optional.of(failure("read-only", written + " cannot be written", "change its mode"));
  }

  private static Optional<ErrorInfo> postgres(PostgresAddress address) {
    try (Connection connection = new PostgresSessions(address, "rapidbyte check").sql();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT has_database_privilege(current_database(), 'CREATE'), current_user,"
                    + " current_database()")) {
      row.next();
      return row.getBoolean(1)
          ? Optional.empty()
          : Optional.of(
              failure(
                  "privilege-missing",
                  "role " + row.getString(2) + " may not create schemas in " + row.getString(3),
                  "GRANT CREATE ON DATABASE \"%s\" TO \"%s\";"
                      .formatted(row.getString(3), row.getString(2))));
    } catch (SQLException e) {
      return Optional.of(failure("unreachable", address.display() + " does not answer", ""));
    } catch (RapidbyteException e) {
      ErrorInfo error = e.error();
      String name = error.code().substring(error.code().indexOf('/') + 1);
      return Optional.of(
          failure(
              name, error.message(), error.fix().replace("source.postgres", "the destination")));
    }
  }

  private static ErrorInfo failure(String name, String message, String fix) {
    return ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, "destination/" + name, message, fix);
  }
}
