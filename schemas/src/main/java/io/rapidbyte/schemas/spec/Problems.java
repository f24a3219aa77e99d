package io.rapidbyte.schemas.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects what is wrong, so that a file's mistakes are all told at once. */
final class Problems {
  private final List<SpecProblem> found = new ArrayList<>();

  void add(int line, String path, String message) {
    found.add(new SpecProblem(line, path, message));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<SpecProblem> inOrder() {
    return found.stream().sorted(Comparator.comparingInt(SpecProblem::line)).toList();
  }

  /** The line on which a node begins, from 1. */
  static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }
}
