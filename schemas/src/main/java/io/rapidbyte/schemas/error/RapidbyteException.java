package io.rapidbyte.schemas.error;

import org.jspecify.annotations.Nullable;

/** An {@link ErrorInfo} on its way up. The only exception type that rooms throw at each other. */
public final class RapidbyteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorInfo error;

  /** A failure found by us. */
  public RapidbyteException(ErrorInfo error) {
    this(error, null);
  }

  /** A failure that another library reported; {@code cause} is for {@code --verbose} only. */
  public RapidbyteException(ErrorInfo error, @Nullable Throwable cause) {
    super(error.line(), cause);
    this.error = error;
  }

  /** What failed. */
  public ErrorInfo error() {
    return error;
  }
}
