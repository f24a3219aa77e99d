package io.rapidbyte.ingest;

import io.rapidbyte.testkit.postgres.PostgresVersion;

class OperationsTest extends OperationsContract {
  OperationsTest() {
    super(PostgresVersion.V18);
  }
}
