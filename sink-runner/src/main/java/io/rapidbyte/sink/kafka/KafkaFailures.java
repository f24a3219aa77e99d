package io.rapidbyte.sink.kafka;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;

/** What a Kafka client's exception means. */
public final class KafkaFailures {
  private static final int ANSWER_SECONDS = 20;

  private KafkaFailures() {}

  /** The failure of doing {@code what}. */
  public static RapidbyteException failure(String what, Throwable cause) {
    ErrorInfo error =
        switch (cause) {
          case AuthenticationException e ->
              permanent(Category.AUTH, "kafka/authentication", what, e, "check kafka.properties");
          case AuthorizationException e ->
              permanent(Category.AUTH, "kafka/authorization", what, e, "grant it with kafka-acls");
          case FencedInstanceIdException e ->
              permanent(
                  Category.CONFIG,
                  "kafka/second-member",
                  what,
                  e,
                  "run one process for this destination");
          default ->
              ErrorInfo.passing(
                  Category.TRANSIENT,
                  Scope.STREAM,
                  "kafka/unavailable",
                  "cannot " + what + ": " + cause.getMessage(),
                  Backoff.NORMAL);
        };
    return new RapidbyteException(error, cause);
  }

  private static ErrorInfo permanent(
      Category category, String code, String what, Throwable cause, String fix) {
    return ErrorInfo.permanent(
        category, Scope.STREAM, code, "cannot " + what + ": " + cause.getMessage(), fix);
  }

  /** A future's answer within a bounded time. */
  public static <T> T answer(String what, Future<T> future) {
    try {
      return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw failure(what, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw failure(what, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
