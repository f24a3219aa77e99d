package io.rapidbyte.schemas.spec;

import java.util.List;

/** A pipeline.yaml as a spec, or all that is wrong with it. */
public sealed interface SpecResult {
  /** The file is valid as far as that can be told without asking the source. */
  record Valid(PipelineSpec spec) implements SpecResult {}

  /** At least one problem, in the file's order. */
  record Invalid(List<SpecProblem> problems) implements SpecResult {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
