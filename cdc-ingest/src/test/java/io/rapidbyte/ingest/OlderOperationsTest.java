package io.rapidbyte.ingest;

import io.rapidbyte.testkit.postgres.PostgresVersion;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

@Tag("chaos")
class OlderOperationsTest {
  @Nested
  class Fourteen extends OperationsContract {
    Fourteen() {
      super(PostgresVersion.V14);
    }
  }

  @Nested
  class Fifteen extends OperationsContract {
    Fifteen() {
      super(PostgresVersion.V15);
    }
  }

  @Nested
  class Sixteen extends OperationsContract {
    Sixteen() {
      super(PostgresVersion.V16);
    }
  }

  @Nested
  class Seventeen extends OperationsContract {
    Seventeen() {
      super(PostgresVersion.V17);
    }
  }
}
