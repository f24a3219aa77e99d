package io.rapidbyte.testkit.postgres;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import org.jspecify.annotations.Nullable;

/** How an embedded Postgres fails. */
final class PostgresFailures {
  private PostgresFailures() {}

  static RapidbyteException binariesMissing(PostgresVersion version, String place) {
    return failure(
        "testkit/postgres-binaries-missing",
        "there are no binaries of PostgreSQL " + version.major() + " at " + place,
        "run `mvn process-test-resources -pl testkit -am`, which fetches them",
        null);
  }

  static RapidbyteException notExtracted(Throwable cause) {
    return failure(
        "testkit/postgres-not-extracted",
        "the binaries of Postgres could not be unpacked: " + cause.getMessage(),
        "check space and rights in " + System.getProperty("java.io.tmpdir"),
        cause);
  }

  static RapidbyteException notStarted(String why, @Nullable Throwable cause) {
    return failure(
        "testkit/postgres-not-started",
        "the embedded Postgres did not start: " + why,
        "check the directory's space and rights; as root it needs `unshare -U`",
        cause);
  }

  private static RapidbyteException failure(
      String code, String message, String fix, @Nullable Throwable cause) {
    return new RapidbyteException(
        ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, code, message, fix), cause);
  }
}
