package io.rapidbyte.sink.host;

import io.rapidbyte.sink.Permits;
import io.rapidbyte.sink.SinkObserver;
import io.rapidbyte.sink.destination.Destination;
import java.util.random.RandomGenerator;

/**
 * What all workers of a sink share. All of it is safe for threads.
 *
 * @param random for the jitter of waits
 */
record HostParts(
    Destination destination,
    LetterPublisher publisher,
    Decoder decoder,
    HostLimits limits,
    SinkObserver observer,
    RandomGenerator random,
    Permits permits) {
  KafkaLogs logs() {
    return publisher.logs();
  }
}
