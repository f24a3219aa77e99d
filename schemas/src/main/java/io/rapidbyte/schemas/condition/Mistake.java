package io.rapidbyte.schemas.condition;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;

/**
 * Why an expression cannot be read, or not be computed here.
 *
 * @param place index of the character where it stands, from 0
 * @param what as the rest of a sentence
 */
public record Mistake(int place, String what) {
  private static final String CODE = "config/expression";
  private static final String PLACE = "place";

  static RapidbyteException failure(Problem problem) {
    return new RapidbyteException(
        ErrorInfo.permanent(
                Category.CONFIG, Scope.STREAM, CODE, problem.what(), Expression.SUPPORTED)
            .with(PLACE, Integer.toString(problem.place())),
        problem);
  }

  /** The mistake that an {@link Expression} told; another failure is thrown on. */
  public static Mistake of(RapidbyteException failure) {
    String place = failure.error().details().get(PLACE);
    if (place == null || !failure.error().code().equals(CODE)) {
      throw failure;
    }
    return new Mistake(Integer.parseInt(place), failure.error().message());
  }
}
