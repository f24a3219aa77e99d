package io.rapidbyte.app.command;

import io.rapidbyte.ingest.session.PostgresSessions;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PostgresAddress;
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
  static Optional<ErrorInfo> of(DestinationSpec destination) {
    return switch (destination.kind()) {
      case DestinationSpec.Kind.DuckDb duckdb -> duckDb(duckdb.path());
      case DestinationSpec.Kind.Postgres postgres -> postgres(postgres.address());
    };
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
