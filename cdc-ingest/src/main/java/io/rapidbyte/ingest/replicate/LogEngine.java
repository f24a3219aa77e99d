package io.rapidbyte.ingest.replicate;

import io.rapidbyte.ingest.plan.StreamPlan;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.stream.StreamSchema;
import java.util.List;
import java.util.Optional;

/**
 * What turns the bytes of the log into changes: {@code source.postgres.engine}. Everything around
 * it is the same for each: slot, publications, positions, batches, confirmation.
 */
public interface LogEngine {
  /** Whether it reads values in their text form alone. */
  boolean readsTextOnly();

  /** Why it cannot tell the values of such a stream as they are, if it cannot. */
  Optional<ErrorInfo> refusal(StreamSchema schema);

  /**
   * Reads what {@code stream} brings. The stream is the caller's, who closes the reader first.
   *
   * @param streams what the pipeline takes
   * @throws io.rapidbyte.schemas.error.RapidbyteException where the source refuses
   */
  LogReader read(ReplicationStream stream, List<StreamPlan> streams);
}
