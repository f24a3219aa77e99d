package io.rapidbyte.testkit.kafka;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How a broker of our own fails. */
final class KafkaFailures {
  private KafkaFailures() {}

  static RapidbyteException portInUse(int port, Throwable cause) {
    return failure(
        "kafka/port-in-use",
        "the broker cannot listen on 127.0.0.1:" + port + ", for something else does",
        "stop what listens there (`ss -ltnp 'sport = :" + port + "'`), or choose another port",
        cause);
  }

  static RapidbyteException directoryInUse(Path directory) {
    return failure(
        "kafka/directory-in-use",
        "another broker runs on " + directory,
        "stop it (`fuser " + directory.resolve("logs/.lock") + "` names it), or use its address",
        null);
  }

  static RapidbyteException unusable(Path directory, Throwable cause) {
    return failure(
        "kafka/directory-unusable",
        "the broker cannot use " + directory + ": " + cause.getMessage(),
        "check the directory's space and rights",
        cause);
  }

  static RapidbyteException notStarted(Path directory, Throwable cause) {
    return failure(
        "kafka/not-started",
        "the broker over " + directory + " did not start: " + cause.getMessage(),
        "check the directory's space and rights",
        cause);
  }

  private static RapidbyteException failure(
      String code, String message, String fix, @Nullable Throwable cause) {
    return new RapidbyteException(
        ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, code, message, fix), cause);
  }
}
