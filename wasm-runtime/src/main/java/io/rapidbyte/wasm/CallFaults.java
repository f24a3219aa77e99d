package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.Scope;

/** Why a call of a guest did not end well, apart from what the guest itself reports. */
public final class CallFaults {
  /** An instruction that cannot be executed: unreachable code, a division by zero, a panic. */
  public static final String TRAP = "module/trap";

  /** Calls within calls beyond the stack. */
  public static final String STACK = "module/stack-exhausted";

  /** More wall time than {@code limits.module_timeout}. */
  public static final String DEADLINE = "module/deadline";

  /** More memory than {@code limits.memory}. */
  public static final String MEMORY_LIMIT = "module/memory-limit";

  /** More emitted than {@code limits.emit}. */
  public static final String EMIT_LIMIT = "module/emit-limit";

  /** More logged than {@code limits.log}. */
  public static final String LOG_LIMIT = "module/log-limit";

  /** More calls of the host than {@code limits.host_calls}. */
  public static final String HOST_CALL_LIMIT = "module/host-call-limit";

  /** More state than {@code limits.state}. */
  public static final String STATE_LIMIT = "module/state-limit";

  /** The host was handed a pointer and a length that do not lie in the guest's memory. */
  public static final String BAD_POINTER = "module/bad-pointer";

  /** The host was called in a way that the ABI does not have. */
  public static final String BAD_CALL = "module/bad-call";

  /** The guest used what the pipeline does not allow it. */
  public static final String NOT_ALLOWED = "module/not-allowed";

  /** The guest called exit. */
  public static final String EXIT = "module/exit";

  /** The guest answered a negative number and did not say why. */
  public static final String UNEXPLAINED = "module/unexplained";

  /** The pipeline's configuration of the module is not what its manifest asks for. */
  public static final String BAD_CONFIG = "module/bad-config";

  /** The store of the guest's state failed. */
  public static final String STATE_FAILED = "module/state-failed";

  /** The caller stopped waiting. */
  public static final String INTERRUPTED = "module/interrupted";

  private CallFaults() {}

  /** An error of the guest's making: it comes again with the same batch. */
  public static ErrorInfo ofBatch(String code, String message, String fix) {
    return ErrorInfo.permanent(Category.DATA, Scope.BATCH, code, message, fix);
  }

  /** An error that every batch would meet. */
  public static ErrorInfo ofSetting(String code, String message, String fix) {
    return ErrorInfo.permanent(Category.CONFIG, Scope.STREAM, code, message, fix);
  }
}
