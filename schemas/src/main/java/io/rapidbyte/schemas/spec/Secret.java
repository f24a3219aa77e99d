package io.rapidbyte.schemas.spec;

/**
 * A value that came from the environment or a file. Prints as stars; equality compares the values.
 */
public final class Secret {
  private final String value;

  /** Wraps a resolved value. */
  public Secret(String value) {
    this.value = value;
  }

  /** The value itself, for the one call that needs it. Never to be logged or serialised. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && value.equals(secret.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
