package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.sink.books.ClaimedBook;
import io.rapidbyte.sink.destination.Applied;
import io.rapidbyte.sink.destination.Claim;
import io.rapidbyte.sink.destination.DeadLetter;
import io.rapidbyte.sink.destination.Group;
import io.rapidbyte.sink.destination.PartitionId;
import io.rapidbyte.sink.destination.Seat;
import io.rapidbyte.sink.destination.StreamWriter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One stream of a module destination: an instance of the module for each claimed partition. */
final class ModuleWriter implements StreamWriter {
  /** Claims a partition. */
  interface Claiming {
    PartitionWork claim(PartitionId partition);
  }

  private record Place(String topic, int partition) {
    static Place of(PartitionId id) {
      return new Place(id.topic(), id.partition());
    }
  }

  private final Claiming claiming;
  private final Map<Place, PartitionWork> works = new HashMap<>();

  ModuleWriter(Claiming claiming) {
    this.claiming = claiming;
  }

  @Override
  public Claim claim(PartitionId partition) {
    Place place = Place.of(partition);
    drop(place);
    PartitionWork work = claiming.claim(partition);
    works.put(place, work);
    try {
      return work.begin();
    } catch (RuntimeException e) {
      drop(place);
      throw e;
    }
  }

  private void drop(Place place) {
    PartitionWork old = works.remove(place);
    if (old != null) {
      old.close();
    }
  }

  private Optional<PartitionWork> work(PartitionId partition) {
    return Optional.ofNullable(works.get(Place.of(partition)));
  }

  @Override
  public Applied apply(Group group) {
    return work(group.partition()).map(work -> work.apply(group)).orElseGet(Applied.Fenced::new);
  }

  /** Tells nothing where the module cannot take back what it has sent; nobody needs it then. */
  @Override
  public Applied rehearse(Group group) {
    return work(group.partition()).map(work -> work.rehearse(group)).orElseGet(Applied.Fenced::new);
  }

  @Override
  public List<DeadLetter> outbox(PartitionId partition, int limit) {
    return work(partition).map(work -> work.book().outbox(limit)).orElse(List.of());
  }

  @Override
  public void sent(PartitionId partition, Collection<String> ids) {
    ClaimedBook book = work(partition).orElseThrow(() -> overtaken(partition)).book();
    if (!book.sent(ids)) {
      throw overtaken(partition);
    }
  }

  private static RapidbyteException overtaken(PartitionId partition) {
    return new RapidbyteException(
        ErrorInfo.passing(
            Category.TRANSIENT,
            Scope.STREAM,
            "sink/overtaken",
            "another member has claimed " + partition + " meanwhile",
            Backoff.FAST));
  }

  @Override
  public boolean reseat(PartitionId partition, long fence, Seat seat) {
    Optional<ClaimedBook> book = work(partition).map(PartitionWork::book);
    return book.isPresent()
        && book.get().page().fence() == fence
        && book.get().reseat(partition, seat);
  }

  @Override
  public void close() {
    works.values().forEach(PartitionWork::close);
    works.clear();
  }
}
