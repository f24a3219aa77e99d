package io.rapidbyte.testkit.postgres;

/** The major versions of Postgres that are supported, and can be started. */
public enum PostgresVersion {
  V14(14),
  V15(15),
  V16(16),
  V17(17),
  V18(18);

  private final int major;

  PostgresVersion(int major) {
    this.major = major;
  }

  /** Such as 18. */
  public int major() {
    return major;
  }
}
