package io.rapidbyte.sink.destination;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/**
 * A row on its way to the dead letters, as it stands in a destination's outbox.
 *
 * @param id the same whenever the same change is refused at the same place
 * @param key the row's key, as {@link Undelivered#marked} has it; empty where it is not known
 * @param document the DLQ record's value
 * @param held whether it waits for its snapshot's end before it is sent
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that are carried, never compared
public record DeadLetter(String id, String key, byte[] document, boolean held) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether bytes are a JSON object, as keys and documents are. */
  public static boolean isReadable(byte[] json) {
    try {
      return JSON.readTree(json).isObject();
    } catch (IOException e) {
      return false;
    }
  }
}
