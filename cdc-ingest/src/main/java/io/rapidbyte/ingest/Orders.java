package io.rapidbyte.ingest;

import io.rapidbyte.ingest.commit.Command;
import io.rapidbyte.ingest.plan.KeyOrder;
import io.rapidbyte.schemas.control.ResyncCommand;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an attempt does of the commands that were not executed yet. Pure.
 *
 * @param anew where the pipeline begins anew, and the generation for streams of which nothing is
 *     known
 * @param streams to be copied again, each under its next generation
 * @param executed commands before this offset are executed with that
 * @param keys rows to be read while the log streams, in order
 * @param covered the offset behind the last command that this attempt executes
 */
record Orders(
    Optional<ResyncCommand.Everything> anew,
    Set<String> streams,
    long executed,
    List<KeyOrder> keys,
    long covered) {
  Orders {
    streams = Set.copyOf(streams);
    keys = List.copyOf(keys);
  }

  /**
   * Decides. One order to begin anew makes every other one pointless; else they are taken in turn:
   * streams first, then keys, and what comes behind keys waits for the next attempt.
   *
   * @param executed where progress stands
   * @param commands all behind it
   */
  static Orders of(long executed, List<Command> commands) {
    Optional<ResyncCommand.Everything> anew =
        commands.stream()
            .flatMap(command -> command.resync().stream())
            .map(ResyncCommand::target)
            .filter(ResyncCommand.Everything.class::isInstance)
            .map(ResyncCommand.Everything.class::cast)
            .reduce((first, last) -> last);
    if (anew.isPresent()) {
      long end = commands.getLast().next();
      return new Orders(anew, Set.of(), end, List.of(), end);
    }
    Set<String> streams = new LinkedHashSet<>();
    List<KeyOrder> keys = new ArrayList<>();
    long done = executed;
    long covered = executed;
    for (Command command : commands) {
      switch (command.resync().map(ResyncCommand::target).orElse(null)) {
        case ResyncCommand.Keys(String stream, List<List<String>> rows) ->
            keys.add(new KeyOrder(stream, rows, command.next()));
        case ResyncCommand.Streams(List<String> names) when keys.isEmpty() -> streams.addAll(names);
        case null -> {
          if (!keys.isEmpty()) {
            return new Orders(anew, streams, done, keys, covered);
          }
        }
        default -> {
          return new Orders(anew, streams, done, keys, covered);
        }
      }
      covered = command.next();
      done = keys.isEmpty() ? covered : done;
    }
    return new Orders(anew, streams, done, keys, covered);
  }
}
