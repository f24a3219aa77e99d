package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.spec.DestinationSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.StreamSelection;
import io.rapidbyte.schemas.spec.StreamSpec;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;
import java.util.Optional;

/** Which streams a destination takes, and in which mode, by the pipeline's file. */
final class StreamPlan {
  private final StreamSelection selection;
  private final DestinationSpec destination;
  private final PipelineSpec pipeline;

  /** The plan of one destination. */
  StreamPlan(PipelineSpec pipeline, DestinationSpec destination) {
    this.selection = new StreamSelection(pipeline.streams());
    this.destination = destination;
    this.pipeline = pipeline;
  }

  /** Whether the destination takes the table's stream. */
  boolean takes(TableName table) {
    return selection.settingsFor(table).isPresent()
        && (destination.streams().isEmpty()
            || destination.streams().stream()
                .anyMatch(pattern -> StreamSelection.matches(pattern, table)));
  }

  /** Whether any stream may have transforms. */
  boolean hasTransforms() {
    return !pipeline.transforms().isEmpty();
  }

  /** Whether the table's stream has transforms. */
  boolean isTransformed(TableName table) {
    return !pipeline.transformsOf(table).isEmpty();
  }

  /**
   * The stream's own mode, else the destination's, else upsert with a key and append without.
   *
   * @param key as it comes to the destination
   */
  WriteMode mode(TableName table, List<String> key) {
    Optional<WriteMode> own =
        selection.settingsFor(table).flatMap(s -> Optional.ofNullable(modeOf(s)));
    if (own.isPresent()) {
      return own.get();
    }
    WriteMode general = destination.mode();
    if (general != null) {
      return general;
    }
    return key.isEmpty() ? WriteMode.APPEND : WriteMode.UPSERT;
  }

  private static @org.jspecify.annotations.Nullable WriteMode modeOf(StreamSpec spec) {
    return spec.mode();
  }
}
