package io.rapidbyte.schemas.progress;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.Codes;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;

/** A progress record that is damaged, or of a version that this one does not know. */
public final class UnreadableProgress {
  private UnreadableProgress() {}

  /** The failure, named with its mend: nobody guesses where a source stands. */
  public static RapidbyteException failure(String topic, RuntimeException why) {
    return new RapidbyteException(
        ErrorInfo.permanent(
            Category.CONFIG,
            Scope.STREAM,
            Codes.PROGRESS_UNREADABLE,
            "the newest record of " + topic + " is not progress: " + why.getMessage(),
            "run the version that wrote it, or copy everything again: rapidbyte resync --all"),
        why);
  }
}
