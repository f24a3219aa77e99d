package io.rapidbyte.ingest;

import io.rapidbyte.schemas.spec.SourceSpec;
import org.junit.jupiter.api.Tag;

@Tag("chaos")
class DebeziumStreamingTest extends StreamingContract {
  DebeziumStreamingTest() {
    super(SourceSpec.Engine.DEBEZIUM);
  }
}
