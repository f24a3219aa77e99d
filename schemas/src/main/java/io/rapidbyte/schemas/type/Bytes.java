package io.rapidbyte.schemas.type;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing byte buffer, big-endian as Postgres's wire is. Not thread-safe; meant to be kept and
 * {@link #reset}, so that writing values allocates nothing.
 */
public final class Bytes {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] array;
  private int length;

  /** An empty buffer with room for {@code capacity} bytes. */
  public Bytes(int capacity) {
    array = new byte[Math.max(16, capacity)];
  }

  /** Forgets the content, keeps the room. */
  public Bytes reset() {
    length = 0;
    return this;
  }

  /** The bytes themselves, valid from 0 to {@link #length} until the next write. */
  public byte[] array() {
    return array;
  }

  /** How many bytes there are. */
  public int length() {
    return length;
  }

  /** Cuts the content off behind {@code newLength} bytes. */
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException("cannot truncate " + length + " to " + newLength);
    }
    length = newLength;
  }

  /** A copy of the content. */
  public byte[] toByteArray() {
    return Arrays.copyOf(array, length);
  }

  /** Appends one byte, the lowest of {@code value}. */
  public Bytes put(int value) {
    need(1);
    array[length++] = (byte) value;
    return this;
  }

  /** Appends two bytes. */
  public Bytes int16(int value) {
    need(2);
    SHORT.set(array, length, (short) value);
    length += 2;
    return this;
  }

  /** Appends four bytes. */
  public Bytes int32(int value) {
    need(4);
    INT.set(array, length, value);
    length += 4;
    return this;
  }

  /** Appends eight bytes. */
  public Bytes int64(long value) {
    need(8);
    LONG.set(array, length, value);
    length += 8;
    return this;
  }

  /** Overwrites four bytes at {@code at}: for lengths that are known only afterwards. */
  public void patchInt32(int at, int value) {
    if (at < 0 || at + 4 > length) {
      throw new IndexOutOfBoundsException(at);
    }
    INT.set(array, at, value);
  }

  /** Overwrites two bytes at {@code at}. */
  public void patchInt16(int at, int value) {
    if (at < 0 || at + 2 > length) {
      throw new IndexOutOfBoundsException(at);
    }
    SHORT.set(array, at, (short) value);
  }

  /** Appends {@code count} bytes of {@code source}. */
  public Bytes put(byte[] source, int offset, int count) {
    need(count);
    System.arraycopy(source, offset, array, length, count);
    length += count;
    return this;
  }

  /** Appends {@code count} bytes that the caller then fills; returns where they begin. */
  public int skip(int count) {
    need(count);
    int start = length;
    length += count;
    return start;
  }

  /** Appends ASCII characters. */
  public Bytes ascii(String text) {
    int count = text.length();
    need(count);
    for (int i = 0; i < count; i++) {
      array[length + i] = (byte) text.charAt(i);
    }
    length += count;
    return this;
  }

  /** Appends a number in decimal. */
  public Bytes decimal(long value) {
    if (value >= 0) {
      return digits(value, 1);
    }
    if (value == Long.MIN_VALUE) {
      return ascii("-9223372036854775808");
    }
    return put('-').digits(-value, 1);
  }

  /** Appends a number that is not negative, with zeros in front up to {@code width} digits. */
  public Bytes digits(long value, int width) {
    int count = 1;
    for (long rest = value / 10; rest != 0; rest /= 10) {
      count++;
    }
    int total = Math.max(width, count);
    need(total);
    long rest = value;
    for (int i = length + total - 1; i >= length; i--) {
      array[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += total;
    return this;
  }

  private void need(int more) {
    if (more < 0 || more > Integer.MAX_VALUE - 16 - length) {
      throw new IllegalStateException("a buffer would exceed 2 GiB");
    }
    if (length + more > array.length) {
      int doubled = array.length > (1 << 29) ? Integer.MAX_VALUE - 16 : array.length * 2;
      array = Arrays.copyOf(array, Math.max(doubled, length + more));
    }
  }
}
