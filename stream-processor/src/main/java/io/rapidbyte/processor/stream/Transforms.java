package io.rapidbyte.processor.stream;

import io.rapidbyte.processor.rows.Transform;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Where a stream's processors get what is not theirs alone. */
interface Transforms {
  /** The transforms for a task. */
  List<Transform> of(ProcessorContext<byte[], Out> context);

  /** The topic of a route; it exists when this returns. */
  String route(StreamPart part, String route);

  /** Digest of the modules among the transforms. */
  Optional<String> digest();
}
