package io.rapidbyte.wasm.host;

import io.rapidbyte.schemas.error.ErrorInfo;

/** The host ends a guest's call. Its stack trace is the guest's: it is thrown below it. */
public final class HostTrap extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorInfo error;

  HostTrap(ErrorInfo error) {
    super(error.line());
    this.error = error;
  }

  /** Why. */
  public ErrorInfo error() {
    return error;
  }
}
