package io.rapidbyte.app.board;

import io.rapidbyte.wasm.MetricKind;
import io.rapidbyte.wasm.module.Role;
import java.util.List;

/**
 * A module at its place, since the process began.
 *
 * @param stream whose batches it gets
 * @param module its manifest's id
 * @param calls that have ended
 * @param seconds that they took together
 * @param discarded instances that were thrown away: traps, deadlines, limits
 * @param measures what it measured itself
 */
public record ModuleView(
    String stream,
    String module,
    Role role,
    long calls,
    double seconds,
    long discarded,
    List<Measure> measures) {
  public ModuleView {
    measures = List.copyOf(measures);
  }

  /**
   * A number under a name of the module's choice.
   *
   * @param name letters, digits and underscores; empty for all names beyond the first
   * @param count how often it was told
   * @param sum of all that was told
   * @param last told last
   */
  public record Measure(MetricKind kind, String name, long count, double sum, double last) {
    Measure and(Measure next) {
      return new Measure(kind, name, count + next.count, sum + next.sum, next.last);
    }
  }
}
