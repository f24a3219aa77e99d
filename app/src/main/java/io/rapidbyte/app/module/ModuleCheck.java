package io.rapidbyte.app.module;

import io.rapidbyte.app.console.Failure;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a case ended.
 *
 * @param diff the outcome's lines, {@code -} before those that were expected and did not come,
 *     {@code +} before those that came and were not expected; empty where all is as expected
 * @param failure why there is no outcome
 */
public record ModuleCheck(ModuleCase trial, List<String> diff, Optional<ErrorInfo> failure) {
  public ModuleCheck {
    diff = List.copyOf(diff);
  }

  /** Whether the outcome is what was expected. */
  public boolean passed() {
    return diff.isEmpty() && failure.isEmpty();
  }

  /** Runs a case and compares. */
  public static ModuleCheck of(ModuleTrial trial, ModuleCase each) {
    try {
      if (!Files.exists(each.expected())) {
        throw Fixture.refused(
            each.expected(), "is not there", "write it with rapidbyte module test --update");
      }
      ModuleOutput expected = ModuleOutput.read(each.expected());
      ModuleOutput came = trial.run(each);
      List<String> wanted = expected.lines(came);
      List<String> lines = came.lines(came);
      return new ModuleCheck(
          each, wanted.equals(lines) ? List.of() : LineDiff.of(wanted, lines), Optional.empty());
    } catch (RapidbyteException e) {
      return new ModuleCheck(each, List.of(), Optional.of(Failure.of(e)));
    }
  }

  /**
   * Runs cases and writes down what came of them as what is expected from now on.
   *
   * @return the files that are other than before
   */
  public static List<ModuleCase> update(ModuleTrial trial, List<ModuleCase> cases) {
    List<ModuleCase> changed = new ArrayList<>();
    for (ModuleCase each : cases) {
      String document = trial.run(each).document();
      try {
        boolean same =
            Files.exists(each.expected()) && Files.readString(each.expected()).equals(document);
        if (!same) {
          Files.writeString(each.expected(), document);
          changed.add(each);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return changed;
  }
}
