package io.rapidbyte.sink.destination;

import java.util.List;
import java.util.Set;

/**
 * What a group's transaction records of rows that are not delivered, beside its data.
 *
 * <p>Keys are the host's own text form, opaque to a destination.
 *
 * @param letters go into the outbox; one whose id is there already is left as it is
 * @param marked keys whose row in the table is stale from here on ({@code _rb_dead})
 * @param unmarked keys that are whole again
 * @param released ids of held letters that no longer wait
 * @param superseded ids of held letters that something newer has overtaken; they are deleted
 */
public record Undelivered(
    List<DeadLetter> letters,
    Set<String> marked,
    Set<String> unmarked,
    Set<String> released,
    Set<String> superseded) {
  /** Everything was delivered. */
  public static final Undelivered NONE =
      new Undelivered(List.of(), Set.of(), Set.of(), Set.of(), Set.of());

  public Undelivered {
    letters = List.copyOf(letters);
    marked = Set.copyOf(marked);
    unmarked = Set.copyOf(unmarked);
    released = Set.copyOf(released);
    superseded = Set.copyOf(superseded);
  }

  /** Whether there is nothing to record. */
  public boolean isEmpty() {
    return equals(NONE);
  }
}
