package io.rapidbyte.wasm.host;

import io.rapidbyte.wasm.CallFaults;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * A guest's linear memory, one array, so that batches are copied in and out at once. It grows up to
 * its limit, with room in hand, and remembers that it was refused more: what follows is then told
 * as a lack of memory. For one thread at a time.
 */
public final class GuestMemory implements Memory, AutoCloseable {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  /** The largest array that every JVM makes, in pages. */
  private static final int MAX_PAGES = (1 << 15) - 1;

  private static final DataSegment[] NO_SEGMENTS = {};

  static {
    // linked here, where there is stack: a guest may first need it where there is none left
    outOfBounds(0, 0, 0);
  }

  private final int initial;
  private final int maximum;
  private final MemoryBudget budget;
  private byte[] bytes;
  private int size;
  private boolean refused;
  private DataSegment[] segments = NO_SEGMENTS;

  /**
   * Memory as a module asks for it.
   *
   * @param limits the module's own
   * @param maxBytes the host's, rounded down to pages
   * @param budget of all guests; what is taken of it is given back by {@link #close}
   * @throws HostTrap where the module begins with more
   */
  public GuestMemory(MemoryLimits limits, long maxBytes, MemoryBudget budget) {
    this.budget = budget;
    this.initial = limits.initialPages();
    this.maximum = (int) Math.min(Math.min(limits.maximumPages(), MAX_PAGES), maxBytes / PAGE_SIZE);
    if (initial > maximum) {
      throw new HostTrap(
          CallFaults.ofSetting(
              CallFaults.MEMORY_LIMIT,
              "the module begins with "
                  + (long) initial * PAGE_SIZE
                  + " bytes of memory, and "
                  + (long) maximum * PAGE_SIZE
                  + " are allowed",
              "raise limits.memory, or link it with less stack and data"));
    }
    this.size = initial * PAGE_SIZE;
    if (!budget.take(size)) {
      throw new HostTrap(
          CallFaults.ofSetting(
              CallFaults.MEMORY_LIMIT,
              "all modules of this process together have no memory left for one more",
              "give the process a larger heap (-Xmx), or lower limits.memory"));
    }
    this.bytes = new byte[size];
  }

  /** Gives back what it took of the budget; the guest runs no more. */
  @Override
  public void close() {
    budget.giveBack(bytes.length);
    bytes = new byte[0];
    size = 0;
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether more memory was asked for than there is. */
  public boolean wasRefused() {
    return refused;
  }

  /** The bytes in use. */
  public int size() {
    return size;
  }

  /** Whether a range that a guest named, as unsigned numbers, lies within. */
  boolean holds(int address, int length) {
    return (address & 0xFFFF_FFFFL) + (length & 0xFFFF_FFFFL) <= size;
  }

  @Override
  public int grow(int pages) {
    int before = size / PAGE_SIZE;
    if (pages < 0 || pages > maximum - before) {
      refused = true;
      return -1;
    }
    int wanted = size + pages * PAGE_SIZE;
    if (wanted > bytes.length && !reallocate(wanted)) {
      return -1;
    }
    size = wanted;
    return before;
  }

  /**
   * Half as much again where that is allowed: a guest that grows by pages is not copied by pages.
   */
  private boolean reallocate(int wanted) {
    long roomy = Math.min(wanted + (long) wanted / 2, (long) maximum * PAGE_SIZE);
    return resize((int) roomy) || resize(wanted);
  }

  private boolean resize(int capacity) {
    int before = bytes.length;
    if (!budget.take(capacity)) {
      refused = true;
      return false;
    }
    try {
      bytes = Arrays.copyOf(bytes, capacity);
      budget.giveBack(before);
      return true;
    } catch (OutOfMemoryError e) {
      budget.giveBack(capacity);
      refused = true; // the host has no more; the guest is told so, as the specification has it
      return false;
    }
  }

  @Override
  public int pages() {
    return size / PAGE_SIZE;
  }

  @Override
  public int initialPages() {
    return initial;
  }

  @Override
  public int maximumPages() {
    return maximum;
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public void initialize(Instance instance, DataSegment @Nullable [] dataSegments) {
    initialize(instance, dataSegments, 0);
  }

  @Override
  public void initialize(Instance instance, DataSegment @Nullable [] dataSegments, int memory) {
    segments = dataSegments == null ? NO_SEGMENTS : dataSegments;
    for (DataSegment segment : segments) {
      if (segment instanceof ActiveDataSegment active && active.index() == memory) {
        int offset =
            (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
        if (!holds(offset, active.data().length)) {
          throw new UninstantiableException("a data segment lies outside of the memory");
        }
        write(offset, active.data(), 0, active.data().length);
      }
    }
  }

  @Override
  public void initPassiveSegment(int segment, int address, int offset, int length) {
    write(address, segments[segment].data(), offset, length);
  }

  @Override
  public void drop(int segment) {
    segments[segment] = PassiveDataSegment.EMPTY;
  }

  /** Traps where a range does not lie within. An address above 2 GiB is negative here. */
  private int check(int address, int length) {
    if ((address | length) < 0 || address > size - length) {
      throw outOfBounds(address, length, size);
    }
    return address;
  }

  private static WasmRuntimeException outOfBounds(int address, int length, int size) {
    return new WasmRuntimeException(
        "out of bounds memory access: "
            + Integer.toUnsignedString(length)
            + " bytes at "
            + Integer.toUnsignedString(address)
            + ", and the memory has "
            + size);
  }

  @Override
  public void write(int address, byte[] data, int offset, int length) {
    if ((offset | length) < 0 || offset > data.length - length) {
      throw new WasmRuntimeException("out of bounds memory access: beyond the data segment");
    }
    System.arraycopy(data, offset, bytes, check(address, length), length);
  }

  @Override
  public byte[] readBytes(int address, int length) {
    check(address, length);
    return Arrays.copyOfRange(bytes, address, address + length);
  }

  @Override
  public void copy(int to, int from, int length) {
    System.arraycopy(bytes, check(from, length), bytes, check(to, length), length);
  }

  @Override
  public void fill(byte value, int from, int to) {
    check(from, to - from);
    Arrays.fill(bytes, from, to, value);
  }

  /** A new memory is zero already. */
  @Override
  public void zero() {
    if (segments.length > 0) {
      Arrays.fill(bytes, 0, size, (byte) 0);
    }
  }

  @Override
  public byte read(int address) {
    return bytes[check(address, 1)];
  }

  @Override
  public void writeByte(int address, byte value) {
    bytes[check(address, 1)] = value;
  }

  @Override
  public short readShort(int address) {
    return (short) SHORT.get(bytes, check(address, 2));
  }

  @Override
  public long readU16(int address) {
    return (short) SHORT.get(bytes, check(address, 2)) & 0xFFFFL;
  }

  @Override
  public void writeShort(int address, short value) {
    SHORT.set(bytes, check(address, 2), value);
  }

  @Override
  public int readInt(int address) {
    return (int) INT.get(bytes, check(address, 4));
  }

  @Override
  public void writeI32(int address, int value) {
    INT.set(bytes, check(address, 4), value);
  }

  @Override
  public long readLong(int address) {
    return (long) LONG.get(bytes, check(address, 8));
  }

  @Override
  public void writeLong(int address, long value) {
    LONG.set(bytes, check(address, 8), value);
  }

  @Override
  public float readFloat(int address) {
    return (float) FLOAT.get(bytes, check(address, 4));
  }

  @Override
  public long readF32(int address) {
    return readInt(address);
  }

  @Override
  public void writeF32(int address, float value) {
    FLOAT.set(bytes, check(address, 4), value);
  }

  @Override
  public double readDouble(int address) {
    return (double) DOUBLE.get(bytes, check(address, 8));
  }

  @Override
  public long readF64(int address) {
    return readLong(address);
  }

  @Override
  public void writeF64(int address, double value) {
    DOUBLE.set(bytes, check(address, 8), value);
  }

  @Override
  @SuppressWarnings("removal") // without a default yet
  public Object lock(int address) {
    throw new UnsupportedOperationException("threads are refused at load");
  }

  @Override
  @SuppressWarnings("removal") // without a default yet
  public int waitOn(int address, int expected, long timeout) {
    throw new UnsupportedOperationException("threads are refused at load");
  }

  @Override
  @SuppressWarnings("removal") // without a default yet
  public int waitOn(int address, long expected, long timeout) {
    throw new UnsupportedOperationException("threads are refused at load");
  }

  @Override
  @SuppressWarnings("removal") // without a default yet
  public int notify(int address, int maxThreads) {
    return 0;
  }
}
