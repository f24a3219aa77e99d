package io.rapidbyte.schemas.spec;

/**
 * One thing wrong with a pipeline.yaml.
 *
 * @param line from 1
 * @param path the key's path, {@code streams[0].where}; empty for the file itself
 * @param message what is wrong and what to write instead; never a resolved value
 */
public record SpecProblem(int line, String path, String message) {
  /** One line for a person. */
  public String text() {
    return "line " + line + ": " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
