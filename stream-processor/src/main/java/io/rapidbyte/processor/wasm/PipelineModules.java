package io.rapidbyte.processor.wasm;

import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.TransformSpec;
import io.rapidbyte.schemas.stream.TableName;
import io.rapidbyte.wasm.Limits;
import io.rapidbyte.wasm.PlacedModule;
import io.rapidbyte.wasm.module.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The modules among a pipeline's transforms. */
public final class PipelineModules {
  private PipelineModules() {}

  /**
   * An entry of {@code transforms} that is a module.
   *
   * @param name what stands in messages for it
   */
  public record Place(String name, TransformSpec.Kind.Module kind, Limits limits) {
    /**
     * Loads it and judges it; nothing of it runs.
     *
     * @throws io.rapidbyte.schemas.error.RapidbyteException as {@link PlacedModule#load}
     */
    public PlacedModule load() {
      try {
        return PlacedModule.load(kind.module(), Role.TRANSFORM, limits);
      } catch (RapidbyteException e) {
        throw new RapidbyteException(e.error().with("transform", name), e.getCause());
      }
    }
  }

  /** A stream's module at its place. */
  public record Placed(PlacedModule module, String keep) {}

  /** All of them, in the file's order. */
  public static List<Place> of(PipelineSpec pipeline) {
    return of(pipeline, pipeline.transforms());
  }

  /** Those of a stream. */
  public static List<Place> of(PipelineSpec pipeline, TableName table) {
    return of(pipeline, pipeline.transformsOf(table));
  }

  private static List<Place> of(PipelineSpec pipeline, List<TransformSpec> which) {
    Limits limits = Limits.of(pipeline.limits());
    List<Place> places = new ArrayList<>();
    for (TransformSpec each : which) {
      if (each.kind() instanceof TransformSpec.Kind.Module module) {
        places.add(new Place(pipeline.placeOf(each) + ".module", module, limits));
      }
    }
    return places;
  }

  /**
   * Loads a stream's modules, by their names.
   *
   * <p>What a module keeps stands under its manifest's id, so that it finds it again when it is
   * rebuilt or moved; the second of one id in a stream is {@code id#2}.
   *
   * @throws io.rapidbyte.schemas.error.RapidbyteException as {@link PlacedModule#load}, for the
   *     first that is refused
   */
  public static Map<String, Placed> load(PipelineSpec pipeline, TableName table) {
    Map<String, Placed> loaded = new LinkedHashMap<>();
    Map<String, Integer> seen = new HashMap<>();
    for (Place place : of(pipeline, table)) {
      PlacedModule module = place.load();
      String id = module.module().manifest().id();
      int nth = seen.merge(id, 1, Integer::sum);
      loaded.put(place.name(), new Placed(module, nth == 1 ? id : id + "#" + nth));
    }
    return loaded;
  }
}
