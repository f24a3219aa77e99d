package io.rapidbyte.schemas.type;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;

/** Which column a value belongs to, for messages. The value itself never stands in one. */
record Site(String column, String type) {
  static final String MALFORMED = "data/malformed-value";
  static final String OUT_OF_RANGE = "data/value-out-of-range";
  static final String MULTI_DIMENSIONAL = "data/multi-dimensional-value";

  /** The value's bytes are not one of its type. */
  RapidbyteException malformed(String why) {
    return refuse(MALFORMED, "is not a value of its type: " + why, "");
  }

  /** The value is sound, but the Arrow type has no such value. */
  RapidbyteException outOfRange(String why, String fix) {
    return refuse(OUT_OF_RANGE, "cannot be held: " + why, fix);
  }

  RapidbyteException multiDimensional() {
    return refuse(
        MULTI_DIMENSIONAL,
        "is an array of several dimensions in a column declared with one",
        "take the column as text: columns: [{name: " + column + ", as: text}]");
  }

  void expect(int length, int expected) {
    if (length != expected) {
      throw malformed(length + " bytes instead of " + expected);
    }
  }

  void expectAtLeast(int length, int least) {
    if (length < least) {
      throw malformed("it ends after " + length + " bytes");
    }
  }

  private RapidbyteException refuse(String code, String what, String fix) {
    return new RapidbyteException(
        ErrorInfo.permanent(
                Category.DATA,
                Scope.RECORD,
                code,
                "a value of column " + column + " (" + type + ") " + what,
                fix)
            .with("column", column)
            .with("type", type));
  }
}
