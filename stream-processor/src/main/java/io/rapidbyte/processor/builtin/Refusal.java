package io.rapidbyte.processor.builtin;

import io.rapidbyte.processor.rows.Shape;
import io.rapidbyte.schemas.condition.Expression;
import io.rapidbyte.schemas.condition.Mistake;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.schemas.spec.NearestWord;

/** Why a transform cannot work on a stream's columns. */
final class Refusal {
  /** A transform does not fit its stream. */
  static final String CODE = "config/transform";

  private Refusal() {}

  /** The index of a column that must be there. */
  static int index(String transform, Shape shape, String column) {
    int index = shape.indexOf(column);
    if (index < 0) {
      throw of(
          transform + ": there is no column " + column,
          NearestWord.to(column, shape.names())
              .map(near -> "did you mean " + near + "?")
              .orElse("there are: " + String.join(", ", shape.names())));
    }
    return index;
  }

  static RapidbyteException of(String message, String fix) {
    return new RapidbyteException(
        ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, CODE, message, fix));
  }

  static RapidbyteException of(String transform, String text, Mistake problem) {
    return of(
        "%s, at character %d of \"%s\": %s"
            .formatted(transform, problem.place() + 1, text, problem.what()),
        "write " + Expression.SUPPORTED);
  }
}
