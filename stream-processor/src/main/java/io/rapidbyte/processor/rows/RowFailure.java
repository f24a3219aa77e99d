package io.rapidbyte.processor.rows;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;

/** What the row rules refuse a row for. */
final class RowFailure {
  /** A copied key that is not the key. */
  static final String CHANGED_KEY = "data/changed-key";

  /** A delete that a transform did not let pass. */
  static final String DROPPED_DELETE = "data/dropped-delete";

  private RowFailure() {}

  /** A value cannot be computed, for what it is made of is only partly there. */
  static ErrorInfo missingBase(String transform, String what) {
    return ErrorInfo.permanent(
        Category.DATA,
        Scope.RECORD,
        Codes.MISSING_BASE,
        transform + ": " + what + " reads a large value that did not change and is not in the log",
        "ALTER TABLE … REPLICA IDENTITY FULL, so that the log has it");
  }

  /** The newest row of the key went to the dead letters: unchanged values are not those of it. */
  static ErrorInfo staleBase() {
    return ErrorInfo.permanent(
        Category.DATA,
        Scope.RECORD,
        Codes.MISSING_BASE,
        "an earlier change of the key went to the dead letters, and this one leaves out large"
            + " values that did not change since",
        "rapidbyte resync STREAM --key KEY, or ALTER TABLE … REPLICA IDENTITY FULL");
  }

  static ErrorInfo changedKey(String transform, String column) {
    return ErrorInfo.permanent(
        Category.DATA,
        Scope.RECORD,
        CHANGED_KEY,
        transform + " changed the key column " + column + ", which it says it copies",
        "leave key columns as they are, or deliver the stream with mode: append");
  }

  static ErrorInfo droppedDelete(String transform) {
    return ErrorInfo.permanent(
        Category.DATA,
        Scope.RECORD,
        DROPPED_DELETE,
        transform + " did not let a delete pass, and makes a key that nobody else can compute",
        "let rows with _rb_op = 'd' pass");
  }
}
