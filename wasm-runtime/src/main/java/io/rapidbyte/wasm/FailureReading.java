package io.rapidbyte.wasm;

import io.rapidbyte.schemas.error.Backoff;
import io.rapidbyte.schemas.error.Category;
import io.rapidbyte.schemas.error.ErrorInfo;
import io.rapidbyte.schemas.error.RapidbyteException;
import io.rapidbyte.schemas.error.Scope;
import io.rapidbyte.wasm.GuestThreads.Ending;
import io.rapidbyte.wasm.host.GuestExit;
import io.rapidbyte.wasm.host.HostTrap;
import io.rapidbyte.wasm.module.FunctionNames;
import io.rapidbyte.wasm.module.Printable;
import java.util.List;

/** What the engine throws, as an error that a module's author can act on. */
final class FailureReading {
  private static final int MAX_REASON = 300;

  private FailureReading() {}

  /**
   * A call that ended by a failure.
   *
   * @param starved whether the guest had asked for more memory than it may have
   */
  static Outcome.Failed of(
      Throwable cause, FunctionNames names, GuestSetup setup, boolean starved) {
    List<String> stack = GuestStack.of(cause, names);
    ErrorInfo error =
        switch (cause) {
          case HostTrap trap -> trap.error();
          case RapidbyteException refusal -> refusal.error();
          case GuestExit exit ->
              CallFaults.ofBatch(
                  CallFaults.EXIT,
                  "the module ended itself with exit(" + exit.code() + ")",
                  "return a negative number and call error() instead");
          default -> trap(cause, setup, starved);
        };
    return new Outcome.Failed(at(error, stack), stack);
  }

  private static ErrorInfo trap(Throwable cause, GuestSetup setup, boolean starved) {
    if (starved || cause instanceof GuestInstance.GuestOutOfMemory) {
      return CallFaults.ofBatch(
          CallFaults.MEMORY_LIMIT,
          "the module needed more than its "
              + setup.limits().memoryBytes()
              + " bytes of memory: "
              + reason(cause),
          "free what a batch no longer needs, or raise limits.memory");
    }
    if (isStackOverflow(cause)) {
      return CallFaults.ofBatch(
          CallFaults.STACK,
          "the module called itself deeper than the stack goes",
          "end the recursion, or work with a loop and a list");
    }
    return CallFaults.ofBatch(
        CallFaults.TRAP,
        "the module trapped: " + reason(cause),
        "the function named first is where; a debug build tells the line");
  }

  private static boolean isStackOverflow(Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof StackOverflowError) {
        return true;
      }
    }
    return false;
  }

  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return Printable.line(message, MAX_REASON);
  }

  private static ErrorInfo at(ErrorInfo error, List<String> stack) {
    return stack.isEmpty() ? error : error.with("guest_stack", String.join(" < ", stack));
  }

  /** A call that was ended from outside. */
  static Outcome.Failed stopped(Ending.Stopped<?> stopped, GuestSetup setup) {
    if (stopped.callerInterrupted()) {
      return new Outcome.Failed(
          ErrorInfo.passing(
              Category.TRANSIENT,
              Scope.BATCH,
              CallFaults.INTERRUPTED,
              "the call of the module was given up",
              Backoff.FAST),
          List.of());
    }
    ErrorInfo late =
        CallFaults.ofBatch(
            CallFaults.DEADLINE,
            "the module took longer than " + setup.limits().callTime().toMillis() + " ms",
            "look for a loop that does not end, or raise limits.module_timeout");
    return new Outcome.Failed(
        stopped.ended() ? late : late.with("thread", "did not end"), List.of());
  }
}
