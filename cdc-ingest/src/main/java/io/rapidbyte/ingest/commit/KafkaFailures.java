package io.rapidbyte.ingest.commit;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.CommitState;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What Kafka's failures mean for ingest, by their types. */
final class KafkaFailures {
  private KafkaFailures() {}

  /**
   * The failure to throw.
   *
   * @param doing what was attempted, to what
   */
  static RapidbyteException of(Throwable cause, String doing, CommitState state) {
    Throwable root = cause;
    while (root.getCause() != null && !known(root)) {
      root = root.getCause();
    }
    String message = doing + " failed: " + root.getMessage();
    return new RapidbyteException(error(root, message).withCommitState(state), cause);
  }

  private static boolean known(Throwable t) {
    return t instanceof ProducerFencedException
        || t instanceof AuthenticationException
        || t instanceof AuthorizationException
        || t instanceof RecordTooLargeException;
  }

  private static ErrorInfo error(Throwable root, String message) {
    return switch (root) {
      case ProducerFencedException ignored -> fenced(message);
      case InvalidProducerEpochException ignored -> fenced(message);
      case SslAuthenticationException ignored ->
          permanent(
              Category.CONFIG,
              "ingest/kafka-tls",
              message,
              "check ssl.truststore.* in kafka.properties: it must hold the authority that signed"
                  + " the broker's certificate, which must name the broker's host");
      case AuthenticationException ignored ->
          permanent(Category.AUTH, "ingest/kafka-login", message, "check kafka.properties");
      case AuthorizationException ignored ->
          permanent(
              Category.AUTH,
              "ingest/kafka-acl",
              message,
              "grant the pipeline's principal its topics, groups and transactional ids");
      case RecordTooLargeException ignored ->
          permanent(
              Category.CONFIG,
              "ingest/record-too-large",
              message,
              "raise the broker's message.max.bytes, or lower limits.record");
      case UnsupportedVersionException ignored ->
          permanent(Category.CONFIG, "ingest/kafka-version", message, "use Kafka 4 or newer");
      default ->
          ErrorInfo.passing(
              Category.TRANSIENT, Scope.STREAM, "ingest/kafka", message, Backoff.NORMAL);
    };
  }

  private static ErrorInfo fenced(String message) {
    return ErrorInfo.passing(
        Category.TRANSIENT, Scope.STREAM, "ingest/fenced", message, Backoff.NORMAL);
  }

  private static ErrorInfo permanent(Category category, String code, String message, String fix) {
    return ErrorInfo.permanent(category, Scope.STREAM, code, message, fix);
  }
}
