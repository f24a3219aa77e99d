package io.rapidbyte.sink.wasm;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.sink.destination.RefusedRow;
import io.rapidbyte.wasm.CallFaults;
import io.rapidbyte.wasm.Outcome;

/** What a module's failure means for a destination. */
final class ModuleErrors {
  /** The module waited for an answer until its time was over. */
  static final String NO_ANSWER = "module/no-answer";

  /** It promises to know how far it is, and does not say it. */
  static final String BAD_ANSWER = "module/bad-answer";

  /** By this code a module says that another member has taken over. */
  static final String FENCED = "guest/fenced";

  /** By this code a module says that it has no row to take unchanged values from. */
  static final String NO_BASE = "guest/missing-base";

  private ModuleErrors() {}

  /** Why a row is not taken, as the host knows it. */
  static ErrorInfo ofRow(ErrorInfo error, String stream) {
    return error.code().equals(NO_BASE)
        ? RefusedRow.missingBase(0, stream).error()
        : error.with("stream", stream);
  }

  /**
   * A failure as the host is to act on it.
   *
   * @param cut whether the call was ended while it waited for an answer
   */
  static ErrorInfo told(Outcome.Failed failed, boolean cut, String stream) {
    ErrorInfo error = failed.error();
    if (error.code().equals(CallFaults.DEADLINE) && cut) {
      // Not the rows' fault: the other side is slow or gone.
      error =
          ErrorInfo.passing(
              Category.TRANSIENT,
              Scope.STREAM,
              NO_ANSWER,
              "no answer came to the module's request within limits.module_timeout",
              Backoff.SLOW);
    } else if (error.code().equals(CallFaults.NOT_ALLOWED)) {
      // A setting is wrong, and every row would meet it.
      error =
          ErrorInfo.permanent(
              Category.CONFIG, Scope.STREAM, error.code(), error.message(), error.fix());
    }
    error = error.with("stream", stream);
    return failed.guestStack().isEmpty()
        ? error
        : error.with("guest_stack", String.join(" < ", failed.guestStack()));
  }

  /** Whether rows are at fault: they are found, and go to the dead letters. */
  static boolean isRefusal(ErrorInfo error) {
    return error.category() == Category.DATA
        && !error.retryable()
        && error.scope() != Scope.STREAM
        && !error.code().equals(FENCED);
  }

  /** Upsert needs to know which row a change is of. */
  static ErrorInfo keyless(String stream) {
    return ErrorInfo.permanent(
        Category.CONFIG,
        Scope.STREAM,
        "module/keyless-upsert",
        stream + " has no key, and its mode is upsert",
        "set mode: append, or give the table a primary key");
  }

  static ErrorInfo badAnswer() {
    return ErrorInfo.permanent(
        Category.CONFIG,
        Scope.STREAM,
        BAD_ANSWER,
        "the module declares exactly-once, and rb_resume does not answer how far it is",
        "emit {\"token\": …} there, with the token of the last rb_commit that is stored, or \"\";"
            + " or declare another guarantee in manifest.json");
  }
}
