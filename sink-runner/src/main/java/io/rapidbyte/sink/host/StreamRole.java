package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;

/**
 * A stream as a destination takes it.
 *
 * @param topic where it is read from
 * @param letterTopic where its dead letters go
 */
record StreamRole(
    TableName table,
    String topic,
    String letterTopic,
    String destination,
    WriteMode mode,
    OnDataError policy) {
  String stream() {
    return table.toString();
  }

  boolean upsert() {
    return mode == WriteMode.UPSERT;
  }
}
