package io.rapidbyte.schemas.spec;

/**
 * What {@code limits} says of guest modules besides memory and time.
 *
 * @param sizeBytes of a module's file
 * @param emitBytes that one call emits
 * @param logBytes that one call logs
 * @param hostCalls that one call makes of the host
 * @param stateBytes of keys and values that a task keeps
 */
public record ModuleLimitSpec(
    int sizeBytes, long emitBytes, int logBytes, int hostCalls, long stateBytes) {
  private static final int MIB = 1024 * 1024;

  /** What holds where the file is silent. */
  public static final ModuleLimitSpec DEFAULT =
      new ModuleLimitSpec(16 * MIB, 64L * MIB, MIB, 1_000_000, 256L * MIB);
}
