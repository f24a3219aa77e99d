package io.rapidbyte.schemas.condition;

/** Why a condition cannot be evaluated here. Thrown while it is read and typed. */
final class Problem extends Exception {
  private static final long serialVersionUID = 1L;

  private final int place;

  /**
   * A problem.
   *
   * @param place index of the character where it stands
   * @param what as the rest of a sentence: "function calls are not supported"
   */
  Problem(int place, String what) {
    super(what);
    this.place = place;
  }

  /** Index of the character where it stands, from 0. */
  int place() {
    return place;
  }

  /** As the rest of a sentence. */
  String what() {
    return String.valueOf(getMessage());
  }
}
