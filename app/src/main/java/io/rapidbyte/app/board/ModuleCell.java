package io.rapidbyte.app.board;

import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.MetricKind;
import io.rapidbyte.wasm.module.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one module at one place tells of itself, added up. Any thread. */
final class ModuleCell implements GuestObserver {
  /** A guest can make up names for ever; those beyond are one number, under no name. */
  private static final int MOST_NAMES = 50;

  private final String stream;
  private final String module;
  private final Role role;
  private final Map<String, ModuleView.Measure> measures = new TreeMap<>();
  private long calls;
  private long nanos;
  private long discarded;

  ModuleCell(String stream, String module, Role role) {
    this.stream = stream;
    this.module = module;
    this.role = role;
  }

  @Override
  public synchronized void called(Duration took) {
    calls++;
    nanos += took.toNanos();
  }

  @Override
  public synchronized void discarded(ErrorInfo why) {
    discarded++;
  }

  @Override
  public synchronized void measured(MetricKind kind, String name, double value) {
    String key = kind + " " + name;
    boolean known = measures.containsKey(key) || measures.size() < MOST_NAMES;
    ModuleView.Measure one = new ModuleView.Measure(kind, known ? name : "", 1, value, value);
    measures.merge(known ? key : kind + " ", one, ModuleView.Measure::and);
  }

  synchronized ModuleView view() {
    return new ModuleView(
        stream, module, role, calls, nanos / 1e9, discarded, List.copyOf(measures.values()));
  }
}
