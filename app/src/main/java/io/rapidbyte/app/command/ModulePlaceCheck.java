package io.rapidbyte.app.command;

import io.rapidbyte.ingest.preflight.Finding;
import io.rapidbyte.ingest.preflight.Finding.Severity;
import io.rapidbyte.processor.wasm.PipelineModules;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.wasm.Guest;
import io.rapidbyte.wasm.GuestObserver;
import io.rapidbyte.wasm.GuestRuntime;
import io.rapidbyte.wasm.Outcome;
import io.rapidbyte.wasm.PlacedModule;
import io.rapidbyte.wasm.StateStore;
import io.rapidbyte.wasm.http.HttpDoor;
import java.util.List;
import java.util.Optional;

/** Whether a pipeline's modules can be loaded, compiled and opened with their configuration. */
final class ModulePlaceCheck {
  private ModulePlaceCheck() {}

  static List<Finding> of(PipelineSpec spec) {
    List<PipelineModules.Place> places = PipelineModules.of(spec);
    if (places.isEmpty()) {
      return List.of();
    }
    try (GuestRuntime runtime = new GuestRuntime(Optional.empty())) {
      return places.stream().map(place -> of(place, runtime)).toList();
    }
  }

  private static Finding of(PipelineModules.Place place, GuestRuntime runtime) {
    try {
      PlacedModule module = place.load();
      try (Guest guest =
          runtime.guest(module.setup("", StateStore.NONE, HttpDoor.CLOSED), GuestObserver.SILENT)) {
        return switch (guest.open()) {
          case Outcome.Done _ ->
              new Finding(Severity.OK, "module/usable", place.name(), "is " + module.label(), "");
          case Outcome.Failed(var error, _) -> failure(place.name(), error);
        };
      }
    } catch (RapidbyteException e) {
      return failure(place.name(), e.error());
    }
  }

  private static Finding failure(String subject, ErrorInfo error) {
    return new Finding(Severity.FAILURE, error.code(), subject, error.message(), error.fix());
  }
}
