package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.spec.PolicySpec.OnDataError;
import io.rapidbyte.schemas.spec.WriteMode;
import io.rapidbyte.schemas.stream.TableName;
import java.util.Optional;

/**
 * A stream as a destination takes it.
 *
 * @param topic where it is read from
 * @param letterTopic where its dead letters go
 * @param former where the table was filled from before transforms were added or removed
 * @param firstToCopy the first generation that brings a snapshot: 2 where the rows that the table
 *     has at first are not wanted
 */
record StreamRole(
    TableName table,
    String topic,
    String letterTopic,
    String destination,
    WriteMode mode,
    OnDataError policy,
    Optional<String> former,
    int firstToCopy) {
  String stream() {
    return table.toString();
  }

  boolean upsert() {
    return mode == WriteMode.UPSERT;
  }
}
