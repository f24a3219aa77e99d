package io.rapidbyte.sink.destination;

import java.util.Map;
import java.util.Set;

/**
 * What a claim found.
 *
 * @param holder the partition as the bookkeeping row names it; where cluster id or topic id differ
 *     from those claimed, the row belongs to another log and nothing may be applied
 * @param fence this claim's, higher than every earlier one's
 * @param nextOffset the offset of the first record that is not applied; 0 where the row is new;
 *     {@link #LOST} where the bookkeeping does not know any more
 * @param schemaVersion the version last applied, 0 where there is none
 * @param generations of what was applied
 * @param dead keys of rows that were not delivered, as {@link Undelivered#marked} named them
 * @param held letters in the outbox that wait for their snapshot's end: id → key
 */
public record Claim(
    PartitionId holder,
    long fence,
    long nextOffset,
    int schemaVersion,
    Generations generations,
    Set<String> dead,
    Map<String, String> held) {
  /** A {@link #nextOffset} that leads nowhere: the bookkeeping is damaged. */
  public static final long LOST = -1;

  /**
   * Generations of the partition.
   *
   * @param held the highest of which anything was applied, 0 at first; what is older is not for the
   *     destination any more
   * @param ended the last whose {@link Step.SnapshotEnd} was applied, 0 at first
   */
  public record Generations(int held, int ended) {}

  public Claim {
    dead = Set.copyOf(dead);
    held = Map.copyOf(held);
  }
}
