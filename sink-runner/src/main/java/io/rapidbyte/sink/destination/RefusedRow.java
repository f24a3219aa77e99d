package io.rapidbyte.sink.destination;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;

/**
 * A row that a destination does not take.
 *
 * @param row its number in the group, from 0, through all steps
 */
public record RefusedRow(int row, ErrorInfo error) {
  /** A row with unchanged values and no row to take them from. */
  public static RefusedRow missingBase(int row, String stream) {
    return new RefusedRow(
        row,
        ErrorInfo.permanent(
            Category.DATA,
            Scope.RECORD,
            Codes.MISSING_BASE,
            "a change of "
                + stream
                + " leaves large values unchanged, and there is no row to take them from",
            "copy the row again: rapidbyte resync " + stream + " --key KEY"));
  }
}
