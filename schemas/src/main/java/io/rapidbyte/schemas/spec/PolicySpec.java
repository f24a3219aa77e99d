package io.rapidbyte.schemas.spec;

/** {@code policies}: what a refused row does to its stream. */
public record PolicySpec(OnDataError onDataError) {
  /** What holds where the file is silent. */
  public static final PolicySpec DEFAULT = new PolicySpec(OnDataError.DLQ);

  /** {@code policies.on_data_error}. */
  public enum OnDataError {
    /** The stream stops. */
    FAIL,
    /** The row is left out and counted. */
    SKIP,
    /** The row goes to the dead letters. */
    DLQ
  }
}
