package io.rapidbyte.schemas.condition;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;

/** What can go wrong with one row. */
public final class Failure {
  /** The condition fails on a row's values, as it would in Postgres. */
  public static final String FILTER = "data/filter";

  private Failure() {}

  /** The condition fails with {@code what}, as the same condition would in Postgres. */
  static RapidbyteException of(String what) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.DATA,
            Scope.RECORD,
            FILTER,
            "where fails on a row: " + what,
            "guard the condition against such values"));
  }

  /** The condition reads a value that is not in the log. */
  public static RapidbyteException unchanged(String column) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.DATA,
            Scope.RECORD,
            Codes.MISSING_BASE,
            "where reads column "
                + column
                + ", whose large value did not change and is not in the log",
            "set REPLICA IDENTITY FULL on the table"));
  }
}
