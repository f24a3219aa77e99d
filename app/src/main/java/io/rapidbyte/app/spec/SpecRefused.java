package io.rapidbyte.app.spec;

import io.rapidbyte.schemas.spec.SpecProblem;
import java.nio.file.Path;
import java.util.List;

/** A pipeline.yaml has mistakes. */
public final class SpecRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final transient List<SpecProblem> problems;

  SpecRefused(Path file, List<SpecProblem> problems) {
    super(file + " has " + problems.size() + " mistakes");
    this.file = file;
    this.problems = List.copyOf(problems);
  }

  /** One line a mistake, the file's name in front. */
  public List<String> lines() {
    return problems.stream().map(problem -> file + ": " + problem.text()).toList();
  }

  /** All of them, in the file's order. */
  public List<SpecProblem> problems() {
    return problems;
  }
}
