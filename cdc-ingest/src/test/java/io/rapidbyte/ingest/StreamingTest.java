package io.rapidbyte.ingest;

import io.rapidbyte.schemas.spec.LimitSpec;
import io.rapidbyte.schemas.spec.SourceSpec;

class StreamingTest extends StreamingContract {
  StreamingTest() {
    super(SourceSpec.Engine.NATIVE);
  }

  static LimitSpec limits(long transactionBytes) {
    LimitSpec d = LimitSpec.DEFAULT;
    return new LimitSpec(
        transactionBytes,
        d.maxRowBytes(),
        d.recordBytes(),
        d.memoryBytes(),
        d.moduleTimeout(),
        d.parallelism());
  }
}
