package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.StreamSchema;
import io.rapidbyte.schemas.stream.TableName;
import java.util.Optional;

/** Which streams a destination takes, and in which mode, by the pipeline's file. */
final class StreamPlan {
  private final StreamSelection selection;
  private final DestinationSpec destination;

  /** The plan of one destination. */
  StreamPlan(PipelineSpec pipeline, DestinationSpec destination) {
    this.selection = new StreamSelection(pipeline.streams());
    this.destination = destination;
  }

  /** Whether the destination takes the table's stream. */
  boolean takes(TableName table) {
    return selection.settingsFor(table).isPresent()
        && (destination.streams().isEmpty()
            || destination.streams().stream()
                .anyMatch(pattern -> StreamSelection.matches(pattern, table)));
  }

  /** The stream's own mode, else the destination's, else upsert with a key and append without. */
  WriteMode mode(StreamSchema stream) {
    Optional<WriteMode> own =
        selection.settingsFor(stream.table()).flatMap(s -> Optional.ofNullable(modeOf(s)));
    if (own.isPresent()) {
      return own.get();
    }
    WriteMode general = destination.mode();
    if (general != null) {
      return general;
    }
    return stream.key().isEmpty() ? WriteMode.APPEND : WriteMode.UPSERT;
  }

  private static @org.jspecify.annotations.Nullable WriteMode modeOf(StreamSpec spec) {
    return spec.mode();
  }
}
