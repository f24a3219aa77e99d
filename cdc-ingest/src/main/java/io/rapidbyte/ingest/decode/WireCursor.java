package io.rapidbyte.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.position.Lsn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads big-endian values one after another; refuses to read behind the end. One thread. */
final class WireCursor {
  private static final VarHandle INT16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = {};
  private int position;

  /** Starts on another message. */
  void reset(byte[] message, int offset) {
    bytes = message;
    position = offset;
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return position;
  }

  byte int8() {
    return bytes[take(1)];
  }

  int int16() {
    return (short) INT16.get(bytes, take(2)) & 0xFFFF;
  }

  int int32() {
    return (int) INT32.get(bytes, take(4));
  }

  long int64() {
    return (long) INT64.get(bytes, take(8));
  }

  Lsn lsn() {
    return new Lsn(int64());
  }

  /** A text that ends in a zero byte. */
  String cstring() {
    int start = position;
    int end = start;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    skip(end - start + 1);
    return new String(bytes, start, end - start, UTF_8);
  }

  byte[] copy(int length) {
    int start = position;
    skip(length);
    return java.util.Arrays.copyOfRange(bytes, start, start + length);
  }

  void skip(int length) {
    take(length);
  }

  private int take(int length) {
    int start = position;
    if (length < 0 || length > bytes.length - start) {
      throw malformed("a length of " + length + " at byte " + start);
    }
    position = start + length;
    return start;
  }

  /** The failure for a message that is not as the protocol says. */
  RapidbyteException malformed(String what) {
    String letter = bytes.length == 0 ? "empty" : "of kind " + (char) bytes[0];
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.INTERNAL,
            Scope.STREAM,
            "source/malformed-message",
            "a log message of " + bytes.length + " bytes, " + letter + ", holds " + what,
            "please report it, with the PostgreSQL version"));
  }
}
