package io.rapidbyte.wasm.host;

/** The guest called {@code proc_exit}, which ends the call and the instance. */
public final class GuestExit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  GuestExit(int code) {
    super("the guest called exit(" + code + ")");
    this.code = code;
  }

  /** What it exited with. */
  public int code() {
    return code;
  }
}
