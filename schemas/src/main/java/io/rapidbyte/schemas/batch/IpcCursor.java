package io.rapidbyte.schemas.batch;

import static io.rapidbyte.schemas.batch.ArrowIpc.undecodable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;

/** Goes through the messages of an Arrow IPC stream. Every length is checked against the bytes. */
final class IpcCursor {
  private static final int CONTINUATION = -1;
  private static final int PREFIX_BYTES = 8;

  private final byte[] value;
  private int position;

  IpcCursor(byte[] value) {
    this.value = value;
  }

  byte[] value() {
    return value;
  }

  int position() {
    return position;
  }

  /** The next message, which must be of a type. */
  Message message(byte type, String what) {
    int length = nextLength();
    if (length == 0) {
      throw undecodable("it ends where " + what + " is due");
    }
    ByteBuffer metadata = ByteBuffer.wrap(value, position, length).slice();
    position += length;
    Message message = Message.getRootAsMessage(metadata);
    if (message.headerType() != type) {
      throw undecodable("it holds something else where " + what + " is due");
    }
    return message;
  }

  /** Goes over a message's body, and says how long it is. */
  int body(Message message) {
    long length = message.bodyLength();
    if (length < 0 || length > value.length - position) {
      throw undecodable("its body claims " + length + " bytes");
    }
    position += (int) length;
    return (int) length;
  }

  /** Nothing may follow but an end mark. */
  void end() {
    boolean ended = position == value.length || nextLength() == 0;
    if (!ended || position != value.length) {
      throw undecodable("more follows its batch");
    }
  }

  /** The next metadata's length; 0 is the end mark. */
  private int nextLength() {
    if (value.length - position < PREFIX_BYTES) {
      throw undecodable("it ends within a message's prefix");
    }
    ByteBuffer prefix =
        ByteBuffer.wrap(value, position, PREFIX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int mark = prefix.getInt();
    int length = prefix.getInt();
    if (mark != CONTINUATION) {
      throw undecodable("it is not an Arrow stream");
    }
    position += PREFIX_BYTES;
    if (length < 0 || length > value.length - position) {
      throw undecodable("a message claims " + length + " bytes");
    }
    return length;
  }
}
