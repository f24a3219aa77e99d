package io.rapidbyte.schemas.spec;

/**
 * {@code source.postgres} and {@code source.snapshot}.
 *
 * @param slot the replication slot, {@code rapidbyte_<pipeline>} unless named
 * @param publication the publication, {@code rapidbyte_<pipeline>} unless named
 */
public record SourceSpec(
    PostgresAddress address, String slot, String publication, SnapshotSpec snapshot) {

  /** {@code source.snapshot}. */
  public record SnapshotSpec(SnapshotMode mode, int workers) {}

  /** Whether rows that exist before the first start are copied. */
  public enum SnapshotMode {
    /** Copy, then stream. */
    INITIAL,
    /** Stream only. */
    NEVER,
    /** Copy, then stop. */
    ONLY
  }
}
