package io.rapidbyte.wasm.http;

import java.time.Duration;

/** Sends a guest's request, if it may. */
public interface HttpDoor {
  /** Closed: no request is allowed. */
  HttpDoor CLOSED =
      (request, time) -> {
        throw new Refused(
            "the module may not send requests",
            "only a destination may; permissions.http in its manifest.json and allow.http at it in"
                + " the pipeline must both name the origin");
      };

  /**
   * One request and its answer.
   *
   * @param request a line of JSON, {@code method}, {@code url} and {@code headers}; behind its line
   *     end, the body
   * @param time for all of it
   * @return in the same form, {@code status} and {@code headers}; status 0 and {@code error} where
   *     no answer came
   * @throws Refused where the request is not allowed; nothing was sent
   */
  byte[] exchange(byte[] request, Duration time) throws Refused;

  /** Ends what is under way, from any thread. */
  default void abort() {}

  /** The request is not allowed. */
  final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String fix;

    /** What was refused, and what would allow it. */
    public Refused(String message, String fix) {
      super(message);
      this.fix = fix;
    }

    /** What would allow it. */
    public String fix() {
      return fix;
    }
  }
}
