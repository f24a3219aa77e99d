package io.rapidbyte.ingest;

import io.rapidbyte.schemas.spec.SourceSpec;
import io.rapidbyte.testkit.postgres.PostgresVersion;

class DebeziumOperationsTest extends OperationsContract {
  DebeziumOperationsTest() {
    super(PostgresVersion.V18, SourceSpec.Engine.DEBEZIUM);
  }
}
