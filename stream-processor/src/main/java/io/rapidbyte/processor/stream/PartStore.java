package io.rapidbyte.processor.stream;

import io.rapidbyte.schemas.batch.RecordHeaders.Part;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Values that take several records, until their last part has come. A commit may lie between two
 * parts, so they are kept where the commit keeps them.
 */
record PartStore(KeyValueStore<byte[], byte[]> store) {
  /** The whole value with its last part; empty before. */
  Optional<byte[]> add(Part part, byte[] piece) {
    if (part.index() < part.count()) {
      store.put(key(part.index()), piece);
      return Optional.empty();
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (int i = 1; i < part.count(); i++) {
      byte[] earlier = store.delete(key(i));
      if (earlier != null) {
        whole.writeBytes(earlier);
      }
    }
    whole.writeBytes(piece);
    return Optional.of(whole.toByteArray());
  }

  private static byte[] key(int index) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(index).array();
  }
}
