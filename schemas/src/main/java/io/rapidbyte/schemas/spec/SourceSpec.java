package io.rapidbyte.schemas.spec;

/**
 * {@code source.postgres} and {@code source.snapshot}.
 *
 * @param slot the replication slot, {@code rapidbyte_<pipeline>} unless named
 * @param publication the publication, {@code rapidbyte_<pipeline>} unless named
 * @param schemaEvents whether the source is to tell of DDL
 * @param engine what decodes the log
 */
public record SourceSpec(
    PostgresAddress address,
    String slot,
    String publication,
    SnapshotSpec snapshot,
    SlotGuardSpec slotGuard,
    SchemaEvents schemaEvents,
    Engine engine) {

  /** A source with the default guard and engine, that tells of DDL where it may. */
  public SourceSpec(
      PostgresAddress address, String slot, String publication, SnapshotSpec snapshot) {
    this(
        address,
        slot,
        publication,
        snapshot,
        SlotGuardSpec.DEFAULT,
        SchemaEvents.AUTO,
        Engine.NATIVE);
  }

  /** {@code source.postgres.engine}: what decodes the log. */
  public enum Engine {
    /** Rapidbyte's own decoder. */
    NATIVE,
    /** Debezium's connector, for those who want its breadth: slower, and not for every type. */
    DEBEZIUM
  }

  /** {@code source.schema_events}: how DDL is noticed. */
  public enum SchemaEvents {
    /** At once and in order, by event triggers where the role may have them; else as by OFF. */
    AUTO,
    /** With the next row of the table; event triggers of this pipeline are removed. */
    OFF
  }

  /**
   * {@code source.slot_guard}.
   *
   * @param warnBytes log kept for the slot from which on people are warned
   * @param action what happens besides
   */
  public record SlotGuardSpec(long warnBytes, SlotAction action) {
    /** A warning at 10 GiB, nothing else. */
    public static final SlotGuardSpec DEFAULT =
        new SlotGuardSpec(10L * 1024 * 1024 * 1024, SlotAction.ALERT);

    /** Log kept for the slot from which on {@link SlotAction#DROP} drops it. */
    public long dropBytes() {
      return 2 * warnBytes;
    }
  }

  /** What the guard does besides warning. */
  public enum SlotAction {
    /** Nothing: the source's own limits decide. */
    ALERT,
    /** Drops the slot at twice the warning: the source matters more than the copy. */
    DROP
  }

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
