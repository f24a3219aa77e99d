package io.rapidbyte.processor.builtin;

import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.spec.ModuleSpec;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.TransformSpec;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;

/** The transforms of pipeline.yaml: those that are built in, and modules between them. */
public final class Builtins {
  private Builtins() {}

  /** Makes transforms of modules. */
  public interface Modules {
    /**
     * The transform of a module.
     *
     * @param name what stands in messages for it
     */
    Transform of(String name, ModuleSpec module);
  }

  /** A stream's transforms, in the file's order. */
  public static List<Transform> of(PipelineSpec pipeline, TableName table, Modules modules) {
    return pipeline.transformsOf(table).stream()
        .map(each -> of(each.kind(), pipeline.placeOf(each), table, modules))
        .toList();
  }

  private static Transform of(
      TransformSpec.Kind kind, String place, TableName table, Modules modules) {
    return switch (kind) {
      case TransformSpec.Kind.Project project -> new Project(place + ".project", project);
      case TransformSpec.Kind.Rename rename -> new Rename(place + ".rename", rename);
      case TransformSpec.Kind.Cast cast -> new Cast(place + ".cast", cast);
      case TransformSpec.Kind.Filter filter -> new Filter(place + ".filter", filter, table);
      case TransformSpec.Kind.Mask mask -> new Mask(place + ".mask", mask);
      case TransformSpec.Kind.Add add -> new Add(place + ".add", add, table);
      case TransformSpec.Kind.Module module -> modules.of(place + ".module", module.module());
    };
  }
}
