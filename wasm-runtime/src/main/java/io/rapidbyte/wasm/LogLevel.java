package io.rapidbyte.wasm;

/** How urgent a guest's line is. */
public enum LogLevel {
  DEBUG,
  INFO,
  WARN,
  ERROR;

  /** The level of a guest's number, 0 to 3; what is none of them is {@link #INFO}. */
  public static LogLevel of(int number) {
    return number >= 0 && number < values().length ? values()[number] : INFO;
  }
}
