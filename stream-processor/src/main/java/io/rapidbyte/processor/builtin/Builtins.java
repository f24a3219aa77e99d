package io.rapidbyte.processor.builtin;

import io.rapidbyte.processor.rows.Transform;
import io.rapidbyte.schemas.spec.PipelineSpec;
import io.rapidbyte.schemas.spec.TransformSpec;
import io.rapidbyte.schemas.stream.TableName;
import java.util.List;

/** The transforms of pipeline.yaml that are built in. */
public final class Builtins {
  private Builtins() {}

  /** A stream's transforms, in the file's order. */
  public static List<Transform> of(PipelineSpec pipeline, TableName table) {
    List<TransformSpec> all = pipeline.transforms();
    return pipeline.transformsOf(table).stream()
        .map(each -> of(each.kind(), "transforms[" + all.indexOf(each) + "]", table))
        .toList();
  }

  private static Transform of(TransformSpec.Kind kind, String place, TableName table) {
    return switch (kind) {
      case TransformSpec.Kind.Project project -> new Project(place + ".project", project);
      case TransformSpec.Kind.Rename rename -> new Rename(place + ".rename", rename);
      case TransformSpec.Kind.Cast cast -> new Cast(place + ".cast", cast);
      case TransformSpec.Kind.Filter filter -> new Filter(place + ".filter", filter, table);
      case TransformSpec.Kind.Mask mask -> new Mask(place + ".mask", mask);
      case TransformSpec.Kind.Add add -> new Add(place + ".add", add, table);
    };
  }
}
