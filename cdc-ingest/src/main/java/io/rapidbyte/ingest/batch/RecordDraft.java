package io.rapidbyte.ingest.batch;

import io.rapidbyte.ingest.commit.OutRecord;
import io.rapidbyte.schemas.batch.RecordHeaders;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** A record of a stream topic whose headers are not yet final. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RecordDraft(
    String stream, String topic, int partition, RecordHeaders headers, byte[] value) {

  /** The same, marked as part of a chunked transaction. */
  public RecordDraft chunk(RecordHeaders.ChunkMark mark) {
    return new RecordDraft(stream, topic, partition, headers.withTransaction(mark), value);
  }

  /**
   * Final records: one, or several whose values concatenated are the value.
   *
   * @param recordBytes the most that a record's value may have
   */
  public void seal(int recordBytes, List<OutRecord> out) {
    headers.forEachPart(value, recordBytes, (part, piece) -> out.add(record(part, piece)));
  }

  private OutRecord record(RecordHeaders sealed, byte[] bytes) {
    List<Header> list = new ArrayList<>();
    sealed.forEach((name, header) -> list.add(new RecordHeader(name, header)));
    boolean counts = sealed.part() == null || sealed.part().index() == 1;
    return new OutRecord(stream, topic, partition, null, bytes, list, counts ? sealed.rows() : 0);
  }
}
