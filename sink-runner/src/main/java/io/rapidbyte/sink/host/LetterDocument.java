package io.rapidbyte.sink.host;

import io.rapidbyte.schemas.dead.LetterJson;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.PartitionId;

/**
 * Dead letters as they stand in the outbox and the DLQ topic.
 *
 * @param destination whose stage it is
 */
record LetterDocument(String stream, String destination) {
  /** What a letter may be, so that it fits into a record of its topic. */
  static final int MAX_BYTES = KafkaLogs.LETTER_BYTES - 1024 * 1024;

  private LetterJson json() {
    return new LetterJson(stream, "destination:" + destination, MAX_BYTES);
  }

  /** The letter of a row; without its values where it would be too large. */
  DeadLetter of(GroupPlan.Reject reject, PartitionId partition) {
    LetterJson.Letter letter =
        json()
            .of(
                new LetterJson.Refused(
                    reject.unit().headers(),
                    reject.unit().root(),
                    reject.row(),
                    reject.key(),
                    reject.error()),
                place(partition, reject.unit().offset()));
    return new DeadLetter(letter.id(), reject.key(), letter.document(), reject.held());
  }

  /** The letter of a record that cannot be read. */
  DeadLetter of(Unit.Garbage garbage, PartitionId partition) {
    LetterJson.Letter letter =
        json()
            .of(
                garbage.value(),
                garbage.error(),
                place(partition, garbage.offset()),
                partition.topicId());
    return new DeadLetter(letter.id(), "", letter.document(), false);
  }

  private static LetterJson.Place place(PartitionId partition, long offset) {
    return new LetterJson.Place(partition.topic(), partition.partition(), offset);
  }
}
