package io.rapidbyte.app.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.rapidbyte.app.board.Board;
import io.rapidbyte.app.board.ModuleView;
import io.rapidbyte.app.board.ModuleView.Measure;
import io.rapidbyte.wasm.module.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Modules as metrics. What a guest measures under names of its own stands under {@code name}, a
 * label, so that no guest can take the name of another's metric or of ours.
 */
final class ModuleMeters {
  private final Board board;
  private final MeterRegistry registry;
  private final Tags pipeline;
  private final Set<String> known = new HashSet<>();
  private volatile Map<Place, ModuleView> now = Map.of();

  private record Place(String stream, String module, Role role) {
    static Place of(ModuleView view) {
      return new Place(view.stream(), view.module(), view.role());
    }

    Tags tags() {
      return Tags.of("stream", stream, "module", module, "role", role.label());
    }
  }

  ModuleMeters(Board board, MeterRegistry registry, Tags pipeline) {
    this.board = board;
    this.registry = registry;
    this.pipeline = pipeline;
  }

  /** Reads the board; new modules and new names get meters. */
  void refresh() {
    Map<Place, ModuleView> views = new HashMap<>();
    board.modules().forEach(view -> views.put(Place.of(view), view));
    now = views;
    views.forEach(this::register);
  }

  private void register(Place place, ModuleView view) {
    if (known.add(place.toString())) {
      counter("rapidbyte_module_calls", place, ModuleView::calls);
      counter("rapidbyte_module_call_seconds", place, ModuleView::seconds);
      counter("rapidbyte_module_discarded_instances", place, ModuleView::discarded);
    }
    for (Measure measure : view.measures()) {
      if (known.add(place + " " + measure.kind() + " " + measure.name())) {
        register(place, measure);
      }
    }
  }

  private void register(Place place, Measure measure) {
    switch (measure.kind()) {
      case COUNTER -> told("rapidbyte_module_counter", place, measure, Measure::sum);
      case GAUGE -> told("rapidbyte_module_gauge", place, measure, Measure::last);
      case HISTOGRAM -> {
        told("rapidbyte_module_histogram_count", place, measure, Measure::count);
        told("rapidbyte_module_histogram_sum", place, measure, Measure::sum);
      }
    }
  }

  private void counter(String name, Place place, ToDoubleFunction<ModuleView> value) {
    FunctionCounter.builder(name, this, me -> me.of(place, value))
        .tags(pipeline.and(place.tags()))
        .register(registry);
  }

  /** Gauges, for a guest may take back what it counted. */
  private void told(String name, Place place, Measure measure, ToDoubleFunction<Measure> value) {
    Gauge.builder(name, this, me -> me.of(place, view -> find(view, measure, value)))
        .tags(pipeline.and(place.tags()).and("name", measure.name()))
        .register(registry);
  }

  private double of(Place place, ToDoubleFunction<ModuleView> value) {
    ModuleView view = now.get(place);
    return view == null ? 0 : value.applyAsDouble(view);
  }

  private static double find(ModuleView view, Measure same, ToDoubleFunction<Measure> value) {
    return view.measures().stream()
        .filter(each -> each.kind() == same.kind() && each.name().equals(same.name()))
        .mapToDouble(value)
        .findFirst()
        .orElse(0);
  }
}
