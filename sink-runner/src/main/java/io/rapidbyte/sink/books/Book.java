package io.rapidbyte.sink.books;

import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Seat;
import io.rapidbyte.sink.destination.Undelivered;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is remembered of one partition. It says which entries a change takes, and changes itself
 * only by {@link #take}, once they are durable.
 */
final class Book {
  private final Entry.Place place;
  private Optional<Page> page = Optional.empty();
  private final Set<String> dead = new HashSet<>();
  private final Map<String, DeadLetter> letters = new LinkedHashMap<>();

  Book(Entry.Place place) {
    this.place = place;
  }

  /** Takes over what an entry says, if it is about this partition. */
  void take(Entry entry) {
    if (!entry.place().equals(place)) {
      return;
    }
    switch (entry) {
      case Entry.Position position -> page = Optional.of(position.page());
      case Entry.Mark mark -> {
        if (mark.set()) {
          dead.add(mark.key());
        } else {
          dead.remove(mark.key());
        }
      }
      case Entry.Letter(Entry.Place of, String id, Optional<DeadLetter> letter) ->
          letter.ifPresentOrElse(there -> letters.put(id, there), () -> letters.remove(id));
    }
  }

  Page page() {
    return page.orElseThrow(() -> new IllegalStateException("nobody claimed " + place));
  }

  Claim claim() {
    Map<String, String> held = new HashMap<>();
    letters.values().stream()
        .filter(DeadLetter::held)
        .forEach(letter -> held.put(letter.id(), letter.key()));
    Page now = page();
    return new Claim(
        now.holder(),
        now.fence(),
        now.nextOffset(),
        now.schemaVersion(),
        now.generations(),
        dead,
        held);
  }

  /** Letters that do not wait, oldest first. */
  List<DeadLetter> outbox(int limit, long bytes) {
    List<DeadLetter> some = new ArrayList<>();
    long left = bytes;
    for (DeadLetter letter : letters.values()) {
      if (some.size() == limit || (!some.isEmpty() && letter.document().length > left)) {
        break;
      }
      if (!letter.held()) {
        some.add(letter);
        left -= letter.document().length;
      }
    }
    return some;
  }

  List<Entry> claimed(PartitionId partition) {
    return List.of(position(page.orElseGet(() -> Page.first(partition)).fenced()));
  }

  List<Entry> advanced(Group group) {
    List<Entry> entries = new ArrayList<>(settled(group.undelivered()));
    entries.add(position(page().after(group)));
    return entries;
  }

  /** Marks and letters alone. */
  List<Entry> settled(Undelivered undelivered) {
    List<Entry> entries = new ArrayList<>();
    for (DeadLetter letter : undelivered.letters()) {
      if (!letters.containsKey(letter.id())) {
        entries.add(new Entry.Letter(place, letter.id(), Optional.of(letter)));
      }
    }
    undelivered.marked().forEach(key -> entries.add(new Entry.Mark(place, key, true)));
    undelivered.unmarked().forEach(key -> entries.add(new Entry.Mark(place, key, false)));
    for (String id : undelivered.released()) {
      DeadLetter held = letters.get(id);
      if (held != null) {
        var free = new DeadLetter(id, held.key(), held.document(), false);
        entries.add(new Entry.Letter(place, id, Optional.of(free)));
      }
    }
    entries.addAll(without(undelivered.superseded()));
    return entries;
  }

  List<Entry> without(Collection<String> ids) {
    List<Entry> entries = new ArrayList<>();
    for (String id : ids) {
      if (letters.containsKey(id)) {
        entries.add(new Entry.Letter(place, id, Optional.empty()));
      }
    }
    return entries;
  }

  /** Another place: marks and what waits go, letters on their way stay. */
  List<Entry> seated(PartitionId partition, Seat seat) {
    List<Entry> entries = new ArrayList<>();
    dead.forEach(key -> entries.add(new Entry.Mark(place, key, false)));
    for (DeadLetter letter : letters.values()) {
      if (letter.held()) {
        entries.add(new Entry.Letter(place, letter.id(), Optional.empty()));
      }
    }
    entries.add(position(page().seated(partition, seat)));
    return entries;
  }

  private Entry position(Page next) {
    return new Entry.Position(place, next);
  }
}
