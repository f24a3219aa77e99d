package io.rapidbyte.schemas.type;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in Postgres's wire order. Callers have checked that the bytes are there. */
final class Wire {
  /** The length that stands for NULL. */
  static final int NULL = -1;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Wire() {}

  static short int16(byte[] src, int off) {
    return (short) SHORT.get(src, off);
  }

  static int int32(byte[] src, int off) {
    return (int) INT.get(src, off);
  }

  static long int64(byte[] src, int off) {
    return (long) LONG.get(src, off);
  }

  static float float4(byte[] src, int off) {
    return Float.intBitsToFloat(int32(src, off));
  }

  static double float8(byte[] src, int off) {
    return Double.longBitsToDouble(int64(src, off));
  }
}
